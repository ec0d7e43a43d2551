-- grain: household_id, event_type, subject, occurred_on
-- params: none
-- home: temp
-- why: a supply cannot come back before it went
SELECT household_id, event_type, subject, occurred_on, restored_on
FROM core_event
WHERE restored_on < occurred_on
