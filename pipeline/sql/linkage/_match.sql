-- grain: source, account_no
-- params: none
-- home: temp
-- why: the first step that points at exactly one household decides; with several people of that household the person stays open
WITH pointed AS (
    SELECT
        source, account_no, step, reason,
        min(household_id) AS household_id,
        CASE WHEN min(person_key) = max(person_key) THEN min(person_key) END AS person_key
    FROM _match_candidate
    GROUP BY source, account_no, step, reason
    HAVING min(household_id) = max(household_id)
)
SELECT source, account_no, reason, household_id, person_key
FROM pointed
QUALIFY row_number() OVER (PARTITION BY source, account_no ORDER BY step) = 1
