-- grain: household_id
-- params: none
-- why: receives livelihood benefit already: the visit asks what is missing beside it, and nothing is applied for twice
SELECT household_id, CAST(NULL AS VARCHAR) AS detail_ko
FROM _policy_fact
WHERE is_recipient AND is_in_play
