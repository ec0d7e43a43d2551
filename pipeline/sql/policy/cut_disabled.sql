-- grain: household_id
-- params: none
-- why: who depends on devices, heat or help at home is in danger when supply stops
SELECT household_id, stop_ko || ' · 장애인 ' || disabled || '명' AS detail_ko
FROM _policy_fact
WHERE stops_in_force > 0 AND disabled > 0
