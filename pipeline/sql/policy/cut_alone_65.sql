-- grain: household_id
-- params: none
-- why: nobody else is there to notice what a cut-off does to an old person who lives alone
SELECT household_id, stop_ko AS detail_ko
FROM _policy_fact
WHERE stops_in_force > 0 AND is_alone_aged
