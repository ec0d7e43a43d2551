-- grain: household_id
-- params: as_of
-- why: households of a person who asked that their data be no longer processed (개인정보 보호법 §37) and to whom that was granted: it follows the person, and holds from the day after the decision until it is lifted
WITH last_word AS (
    SELECT person_key, kind
    FROM subject_decision
    WHERE known_on < $as_of AND kind IN ('stop', 'resumed')
    QUALIFY row_number() OVER (
        PARTITION BY person_key ORDER BY known_on DESC, decision_no DESC
    ) = 1
)
SELECT DISTINCT m.household_id
FROM last_word AS w
INNER JOIN core_person_key AS m ON w.person_key = m.person_key
WHERE w.kind = 'stop'
ORDER BY m.household_id
