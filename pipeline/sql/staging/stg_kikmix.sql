-- grain: dong_code, legal_code, created_on
-- params: none
-- why: every pair of dong and legal dong ever reported: a union in which the newest map counts, however late an older one arrives, and absence abolishes nothing
SELECT
    f.file_id, f.ref_date, f.known_on, f.version, a.row_no,
    a.dong_code, a.sido, a.sgg, a.dong_name, a.legal_code, a.legal_name, a.created_on,
    a.abolished_on
FROM acc_kikmix AS a
INNER JOIN core_visible_file AS f ON a.file_id = f.file_id
QUALIFY row_number() OVER (
    PARTITION BY a.dong_code, a.legal_code, a.created_on
    ORDER BY f.ref_date DESC, f.known_on DESC, f.version DESC, a.row_no DESC, f.file_id DESC
) = 1
