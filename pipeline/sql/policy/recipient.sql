-- grain: household_id
-- params: as_of
-- why: receives livelihood benefit already: the visit asks what is missing beside it, and nothing is applied for twice
SELECT DISTINCT event.household_id, CAST(NULL AS VARCHAR) AS detail_ko
FROM core_event AS event
JOIN _policy_fact AS fact ON fact.household_id = event.household_id
WHERE event.event_type = 'benefit_receiving' AND event.is_current
  AND event.known_on < $as_of AND event.subject LIKE 'livelihood/%'
  AND fact.is_in_play
