-- grain: round, person_key
-- params: as_of, selected_on
-- home: temp
-- why: what officers found of households on lists made elsewhere. Results come later than the core tables they are joined to, so the files are chosen here as of their own day and not through core_visible_file
WITH known AS (
    SELECT
        file_id, version, known_on,
        row_number() OVER (
            PARTITION BY ref_date
            ORDER BY known_on DESC, version DESC, file_id DESC
        ) AS place
    FROM core_file
    WHERE source = 'history' AND known_on < $as_of
),
results AS (
    SELECT
        h.round, h.person_key, h.result_code, h.need_confirmed, h.crisis_level,
        h.selected_on, k.known_on,
        row_number() OVER (
            PARTITION BY h.round, h.person_key
            ORDER BY k.known_on DESC, k.version DESC, h.row_no DESC, h.file_id DESC
        ) AS place
    FROM acc_history AS h
    INNER JOIN known AS k ON k.file_id = h.file_id AND k.place = 1
)
SELECT
    m.household_id, r.result_code, r.need_confirmed, r.crisis_level,
    r.known_on AS labelled_on, concat(r.round, ' ', r.person_key) AS origin
FROM results AS r
INNER JOIN core_person_key AS m ON m.person_key = r.person_key
WHERE r.place = 1 AND r.selected_on = $selected_on
ORDER BY m.household_id, origin
