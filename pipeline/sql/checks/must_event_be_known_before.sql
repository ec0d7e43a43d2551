-- grain: household_id, event_type, subject, occurred_on
-- params: as_of
-- home: temp
-- why: a screening sees only what had been received before its day
SELECT household_id, event_type, subject, occurred_on, known_on
FROM core_event
WHERE known_on IS NULL OR known_on >= $as_of
