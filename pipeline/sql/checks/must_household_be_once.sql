-- grain: household_id
-- params: none
-- home: temp
-- why: a household listed twice would be visited twice
SELECT household_id, count(*) AS rows
FROM core_household
GROUP BY household_id
HAVING count(*) > 1
