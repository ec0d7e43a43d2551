-- grain: person_key
-- params: as_of
-- why: everybody under every number they ever had: what was told of a number before it was corrected is told of the same person. A number that somebody bears today is theirs and nobody's former one.
WITH RECURSIVE correction AS (
    SELECT
        previous_person_key AS old_key, person_key AS new_key,
        row_number() OVER (
            ORDER BY changed_on, known_on, version, file_id, person_key, previous_person_key
        ) AS place
    FROM stg_resident_change
    WHERE
        change_kind = 'correction' AND previous_person_key <> person_key
        AND changed_on < $as_of
),
final AS (
    SELECT * FROM correction
    QUALIFY row_number() OVER (PARTITION BY old_key ORDER BY place DESC) = 1
),
walk AS (
    SELECT old_key, new_key, place FROM final
    UNION ALL
    SELECT w.old_key, f.new_key, f.place
    FROM walk AS w
    INNER JOIN final AS f ON w.new_key = f.old_key AND f.place > w.place
),
today AS (
    SELECT old_key, new_key FROM walk
    QUALIFY row_number() OVER (PARTITION BY old_key ORDER BY place DESC) = 1
)
SELECT person_key, person_key AS member_key, household_id, is_dead
FROM core_household_member
UNION ALL
SELECT t.old_key, m.person_key, m.household_id, m.is_dead
FROM today AS t
INNER JOIN core_household_member AS m ON t.new_key = m.person_key
ANTI JOIN core_household_member AS o ON t.old_key = o.person_key
ORDER BY person_key
