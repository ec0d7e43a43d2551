-- grain: household_id
-- params: none
-- why: children in a home without light, heat or water cannot wait for their turn
SELECT household_id, stop_ko || ' · 미성년 ' || children || '명' AS detail_ko
FROM _policy_fact
WHERE stops_in_force > 0 AND children > 0
