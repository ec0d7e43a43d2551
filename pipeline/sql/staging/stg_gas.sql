-- grain: ref_date, account_no
-- params: none
-- why: gas contracts in arrears or stopped, of the files that may be seen
SELECT
    f.file_id, f.ref_date, f.known_on, f.version, a.row_no,
    a.account_no, k.account_key, a.months_overdue, a.amount_krw,
    a.stopped_on, a.restored_on
FROM acc_gas AS a
INNER JOIN core_visible_file AS f ON a.file_id = f.file_id
ANTI JOIN core_dispute AS d ON a.file_id = d.file_id AND a.row_no = d.row_no
LEFT JOIN core_account_key AS k
    ON k.source = 'gas' AND a.account_no = k.account_no
