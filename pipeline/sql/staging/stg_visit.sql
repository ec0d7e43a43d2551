-- grain: ref_date, agency, service, person_key, starts_on
-- params: none
-- why: who is visited by whom, of the files that may be seen
SELECT
    f.file_id, f.ref_date, f.known_on, f.version, a.row_no,
    a.agency, a.service, a.person_key, a.starts_on, a.ends_on, a.next_visit_on
FROM acc_visit AS a
INNER JOIN core_visible_file AS f ON a.file_id = f.file_id
ANTI JOIN core_dispute AS d ON a.file_id = d.file_id AND a.row_no = d.row_no
