-- grain: person_key
-- params: none
-- home: temp
-- why: a person registered in two households would count for both
SELECT person_key, count(*) AS households
FROM core_household_member
GROUP BY person_key
HAVING count(*) > 1
