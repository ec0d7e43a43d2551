-- grain: ref_date, case_no
-- params: none
-- why: cases under management of the files that may be seen
SELECT
    f.file_id, f.ref_date, f.known_on, f.version, a.row_no,
    a.case_no, a.person_key, a.stage, a.opened_on, a.closed_on, a.crisis_level,
    a.surveyed_on
FROM acc_case_management AS a
INNER JOIN core_visible_file AS f ON a.file_id = f.file_id
ANTI JOIN core_dispute AS d ON a.file_id = d.file_id AND a.row_no = d.row_no
