-- grain: ref_date, person_key
-- params: none
-- why: every visible full register; the core reads only the latest
SELECT
    f.file_id, f.ref_date, f.known_on, f.version, a.row_no,
    a.registry_no_key, a.relation, a.person_key, a.birth_month_no, a.sex,
    a.is_foreigner, a.moved_in_on, a.dong_code, a.tong, a.ban,
    a.is_residence_unknown, a.died_on, a.disability_level, a.is_protected
FROM acc_resident AS a
INNER JOIN core_visible_file AS f ON a.file_id = f.file_id
