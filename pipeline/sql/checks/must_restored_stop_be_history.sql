-- grain: household_id, event_type, subject, occurred_on
-- params: none
-- home: temp
-- why: a restored stop is history, never in force
SELECT household_id, event_type, subject, occurred_on, restored_on
FROM core_event
WHERE is_current AND restored_on IS NOT NULL
