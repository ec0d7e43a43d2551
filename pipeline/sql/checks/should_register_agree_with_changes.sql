-- grain: person_key
-- params: none
-- home: temp
-- why: a full register holds, but what the changes before it do not explain was never told: ask for the missing change file
SELECT person_key, difference
FROM core_register_difference
