-- grain: person_key, changed_on, change_kind
-- params: none
-- why: changes between full registers; an event file, so of a change that was sent again the last report counts
SELECT
    f.file_id, f.ref_date, f.known_on, f.version, a.row_no,
    a.registry_no_key, a.relation, a.person_key, a.birth_month_no, a.sex, a.is_foreigner,
    a.moved_in_on, a.dong_code, a.tong, a.ban, a.is_residence_unknown, a.died_on,
    a.disability_level, a.is_protected, a.change_kind, a.changed_on, a.previous_person_key
FROM acc_resident_change AS a
INNER JOIN core_visible_file AS f ON a.file_id = f.file_id
QUALIFY row_number() OVER (
    PARTITION BY a.person_key, a.changed_on, a.change_kind
    ORDER BY f.known_on DESC, f.version DESC, a.row_no DESC, f.file_id DESC
) = 1
