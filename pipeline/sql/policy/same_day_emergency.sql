-- grain: household_id
-- params: none
-- why: a cut-off in force is among the crises of 긴급복지지원법 §2: whether it applies is checked on the same day
SELECT household_id, stop_ko AS detail_ko
FROM _policy_fact
WHERE stops_in_force > 0
