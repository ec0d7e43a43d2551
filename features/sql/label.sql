-- grain: household_id
-- params: as_of, selected_on
-- home: temp
-- why: the one place that says what a result means. What officers confirmed comes
--      before how severe they found it, and that before what was given. A household
--      not reached (L) is never a negative; of several members one in need decides.
--      Results come later than the core tables they are joined to, so the files are
--      chosen here as of their own day and not through core_visible_file
WITH known AS (
    SELECT
        file_id,
        version,
        known_on,
        row_number() OVER (
            PARTITION BY ref_date
            ORDER BY known_on DESC, version DESC, file_id DESC
        ) AS place
    FROM core_file
    WHERE source = 'history' AND known_on < $as_of
),

results AS (
    SELECT
        h.round,
        h.person_key,
        h.selected_on,
        h.result_code,
        h.need_confirmed,
        h.crisis_level,
        row_number() OVER (
            PARTITION BY h.round, h.person_key
            ORDER BY k.known_on DESC, k.version DESC, h.row_no DESC, h.file_id DESC
        ) AS place
    FROM acc_history AS h
    INNER JOIN known AS k ON k.file_id = h.file_id AND k.place = 1
),

labelled AS (
    SELECT
        round,
        person_key,
        result_code,
        CASE
            WHEN need_confirmed = 'Y' THEN 1
            WHEN need_confirmed = 'N' THEN 0
            WHEN crisis_level >= 3 THEN 1
            WHEN crisis_level <= 2 THEN 0
            WHEN result_code IN ('S1', 'S2', 'S3', 'S4', 'C1') THEN 1
            WHEN result_code = 'N2' THEN 0
        END AS said
    FROM results
    WHERE place = 1 AND selected_on = $selected_on
),

judged AS (
    SELECT
        m.household_id,
        l.result_code,
        CASE
            WHEN l.said = 0 AND l.result_code LIKE 'L%' THEN NULL
            ELSE l.said
        END AS label,
        l.round,
        l.person_key
    FROM labelled AS l
    INNER JOIN core_person_key AS m ON m.person_key = l.person_key
),

ordered AS (
    SELECT
        household_id,
        label,
        result_code,
        row_number() OVER (
            PARTITION BY household_id
            ORDER BY coalesce(label, -1) DESC, result_code, round, person_key
        ) AS place
    FROM judged
)

SELECT household_id, CAST(label AS TINYINT) AS label, result_code
FROM ordered
WHERE place = 1
ORDER BY household_id
