-- grain: household_id, found_on, crisis_level
-- params: as_of
-- why: the needs survey grades a household from 1 to 5, in a case and in an officer's result; each is seen from the day it was known
WITH found AS (
    SELECT
        household_id, coalesce(contacted_on, result_on) AS found_on, crisis_level,
        returned_known_on AS known_on
    FROM core_listing
    WHERE crisis_level IS NOT NULL AND returned_known_on < $as_of
    UNION ALL
    SELECT
        person.household_id, coalesce(told.surveyed_on, told.opened_on),
        told.crisis_level, told.known_on
    FROM stg_case_management AS told
    JOIN core_person_key AS person ON person.person_key = told.person_key
    WHERE told.crisis_level IS NOT NULL AND told.known_on < $as_of
)
SELECT household_id, found_on, crisis_level, min(known_on) AS known_on
FROM found
WHERE found_on < $as_of
GROUP BY household_id, found_on, crisis_level
ORDER BY household_id, found_on, crisis_level
