-- grain: household_id
-- params: none
-- why: without gas nobody cooks, and who lives alone has nobody to eat with
SELECT household_id, CAST(NULL AS VARCHAR) AS detail_ko
FROM _policy_fact
WHERE has_gas_stop AND members = 1
