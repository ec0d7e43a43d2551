-- grain: household_id
-- params: none
-- why: an open case is no new referral; asked after CASE_MANAGED, so it holds those of whom there is nothing new
SELECT household_id, CAST(NULL AS VARCHAR) AS detail_ko
FROM _policy_fact
WHERE case_opened_on IS NOT NULL AND is_in_play
