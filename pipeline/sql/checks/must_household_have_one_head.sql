-- grain: household_id
-- params: none
-- home: temp
-- why: an officer must know whom to ask for; nobody may be asked for twice
SELECT household_id, count(*) FILTER (is_head) AS heads
FROM core_household_member
GROUP BY household_id
HAVING count(*) FILTER (is_head) <> 1
