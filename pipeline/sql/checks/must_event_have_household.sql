-- grain: household_id, event_type, subject, occurred_on
-- params: none
-- home: temp
-- why: an event of a household that is not there would be lost without a word
SELECT e.household_id, e.event_type, e.subject, e.occurred_on
FROM core_event AS e
ANTI JOIN core_household AS h ON e.household_id = h.household_id
