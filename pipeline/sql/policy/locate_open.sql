-- grain: household_id
-- params: none
-- why: nobody met them yet: they stay in the queue although the signs are gone, and no code closes it
SELECT household_id, CAST(NULL AS VARCHAR) AS detail_ko
FROM _policy_fact
WHERE locate_state IN ('open', 'transfer_offered')
