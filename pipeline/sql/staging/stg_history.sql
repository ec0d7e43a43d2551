-- grain: round, person_key
-- params: none
-- why: results of earlier rounds; an event file, so of a person's rows in a round the last word counts
SELECT
    f.file_id, f.ref_date, f.known_on, f.version, a.row_no,
    a.round, a.person_key, a.selected_on, a.contacted_on, a.contact_method,
    a.attempts, a.result_code, a.need_confirmed, a.crisis_level
FROM acc_history AS a
INNER JOIN core_visible_file AS f ON a.file_id = f.file_id
QUALIFY row_number() OVER (
    PARTITION BY a.round, a.person_key
    ORDER BY f.known_on DESC, f.version DESC, a.row_no DESC, f.file_id DESC
) = 1
