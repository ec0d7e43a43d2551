-- grain: ref_date, workplace_no
-- params: none
-- why: workplaces in arrears with employment or accident insurance, of the files that may be seen
SELECT
    f.file_id, f.ref_date, f.known_on, f.version, a.row_no,
    a.workplace_no, a.owner_key, a.industry, a.workers, a.employment_months_overdue,
    a.employment_amount_krw, a.accident_months_overdue, a.accident_amount_krw, a.closed_on
FROM acc_kcomwel AS a
INNER JOIN core_visible_file AS f ON a.file_id = f.file_id
ANTI JOIN core_dispute AS d ON a.file_id = d.file_id AND a.row_no = d.row_no
