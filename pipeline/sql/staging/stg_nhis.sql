-- grain: ref_date, certificate_no
-- params: none
-- why: health-insurance arrears of the files that may be seen
SELECT
    f.file_id, f.ref_date, f.known_on, f.version, a.row_no,
    a.certificate_no, a.subscriber_kind, a.head_key, a.premium_krw, a.months_overdue,
    a.amount_krw, a.first_unpaid_month_no, a.is_benefit_restricted, a.dong_code
FROM acc_nhis AS a
INNER JOIN core_visible_file AS f ON a.file_id = f.file_id
ANTI JOIN core_dispute AS d ON a.file_id = d.file_id AND a.row_no = d.row_no
