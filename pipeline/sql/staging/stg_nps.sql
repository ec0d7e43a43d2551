-- grain: ref_date, person_key, subscriber_kind
-- params: none
-- why: pension arrears and exemptions of the files that may be seen
SELECT
    f.file_id, f.ref_date, f.known_on, f.version, a.row_no,
    a.person_key, a.subscriber_kind, a.months_overdue, a.amount_krw, a.is_exempt,
    a.exempt_reason, a.last_paid_month_no
FROM acc_nps AS a
INNER JOIN core_visible_file AS f ON a.file_id = f.file_id
ANTI JOIN core_dispute AS d ON a.file_id = d.file_id AND a.row_no = d.row_no
