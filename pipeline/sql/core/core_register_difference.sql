-- grain: person_key
-- params: none
-- why: where the latest register and the changes since the one before it tell different things. The register holds; a change file that was never sent shows here. Without any change file in between there is nothing to compare.
WITH epoch AS (
    SELECT CAST(count(*) AS INTEGER) AS latest, max(ref_date) AS ref_date
    FROM core_visible_file
    WHERE source = 'resident'
),
before AS (
    SELECT s.*
    FROM _household_step AS s
    INNER JOIN epoch AS e ON s.epoch = e.latest - 1
    WHERE EXISTS (
        SELECT 1 FROM _household_step AS c
        INNER JOIN epoch AS e ON c.epoch = e.latest - 1
        WHERE NOT c.is_register
    )
),
changed AS (
    SELECT * FROM before
    WHERE NOT is_register
    QUALIFY row_number() OVER (
        PARTITION BY person_key
        ORDER BY
            on_date DESC, known_on DESC, version DESC, file_id DESC, kind_order DESC,
            household_no, row_no
    ) = 1
),
expected AS (
    SELECT * FROM changed WHERE NOT is_gone
    UNION ALL
    SELECT b.* FROM before AS b
    ANTI JOIN changed AS c ON b.person_key = c.person_key
    WHERE b.is_register
),
found AS (
    SELECT s.*
    FROM _household_step AS s
    INNER JOIN epoch AS e ON s.epoch = e.latest
    WHERE s.is_register AND EXISTS (SELECT 1 FROM before)
),
compared AS (
    SELECT
        coalesce(f.person_key, x.person_key) AS person_key,
        CASE
            WHEN x.person_key IS NULL THEN 'appeared'
            WHEN f.person_key IS NULL AND NOT x.is_dead THEN 'disappeared'
            WHEN f.is_dead AND NOT x.is_dead THEN 'died'
            WHEN x.is_dead AND NOT f.is_dead THEN 'lives'
            WHEN f.household_no <> x.household_no THEN 'other_household'
            WHEN f.moved_in_on <> x.moved_in_on AND NOT f.is_dead THEN 'moved'
        END AS difference
    FROM found AS f
    FULL JOIN expected AS x ON f.person_key = x.person_key
)
SELECT c.person_key, c.difference, e.ref_date
FROM compared AS c
CROSS JOIN epoch AS e
WHERE c.difference IS NOT NULL
ORDER BY c.person_key
