-- grain: household_id
-- params: none
-- why: many under one roof and one head are no household in crisis together: whoever runs the place is asked
SELECT household_id, CAST(NULL AS VARCHAR) AS detail_ko
FROM _policy_fact
WHERE is_institution AND is_in_play
