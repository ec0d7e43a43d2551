-- grain: ref_date, person_key, benefit_kind, starts_on
-- params: none
-- why: spells of benefits of the files that may be seen; the free-text reason stays in the vault
SELECT
    f.file_id, f.ref_date, f.known_on, f.version, a.row_no,
    a.person_key, a.benefit_kind, a.status, a.starts_on, a.ends_on
FROM acc_benefit AS a
INNER JOIN core_visible_file AS f ON a.file_id = f.file_id
ANTI JOIN core_dispute AS d ON a.file_id = d.file_id AND a.row_no = d.row_no
