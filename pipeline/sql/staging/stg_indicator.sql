-- grain: indicator_code, person_key, occurred_on
-- params: none
-- why: occurrences of indicators; an event file, so of several reports of one occurrence the last counts
SELECT
    f.file_id, f.ref_date, f.known_on, f.version, a.row_no,
    a.indicator_code, a.person_key, a.occurred_on, a.value, a.amount_krw, a.note_code
FROM acc_indicator AS a
INNER JOIN core_visible_file AS f ON a.file_id = f.file_id
ANTI JOIN core_dispute AS d ON a.file_id = d.file_id AND a.row_no = d.row_no
QUALIFY row_number() OVER (
    PARTITION BY a.indicator_code, a.person_key, a.occurred_on
    ORDER BY f.known_on DESC, f.version DESC, a.row_no DESC, f.file_id DESC
) = 1
