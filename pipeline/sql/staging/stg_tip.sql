-- grain: tip_no
-- params: none
-- why: tips; an event file, so of a tip that was told again the last report counts; whom it is about stays in the vault
SELECT
    f.file_id, f.ref_date, f.known_on, f.version, a.row_no,
    a.tip_no, a.received_on, a.reporter_kind, a.dong_code, a.reason_code
FROM acc_tip AS a
INNER JOIN core_visible_file AS f ON a.file_id = f.file_id
ANTI JOIN core_dispute AS d ON a.file_id = d.file_id AND a.row_no = d.row_no
QUALIFY row_number() OVER (
    PARTITION BY a.tip_no
    ORDER BY f.known_on DESC, f.version DESC, a.row_no DESC, f.file_id DESC
) = 1
