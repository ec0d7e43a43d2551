-- grain: household_id, person_key
-- params: none
-- why: who is registered together: the latest visible register, and every visible change since. The head is the registered one (본인) while alive, else the oldest living member: somebody must be able to open the door. The dead stay, marked: what they owed goes on. The last columns lead to the vault row, of the register or of the change.
WITH latest AS (
    SELECT last_ref_date FROM core_source_clock WHERE source = 'resident'
),
told AS (
    SELECT
        r.file_id, r.row_no, r.person_key, r.relation, r.birth_month_no, r.sex,
        r.is_foreigner, r.disability_level, r.moved_in_on, r.is_residence_unknown,
        r.is_protected, r.dong_code
    FROM stg_resident AS r
    INNER JOIN latest AS l ON r.ref_date = l.last_ref_date
    UNION ALL BY NAME
    SELECT
        file_id, row_no, person_key, relation, birth_month_no, sex, is_foreigner,
        disability_level, moved_in_on, is_residence_unknown, is_protected, dong_code
    FROM stg_resident_change
),
resident AS (
    SELECT
        coalesce(a.household_id, s.household_no) AS household_id, t.*, s.is_dead,
        l.last_ref_date AS register_ref_date
    FROM _household_last AS s
    INNER JOIN told AS t ON s.file_id = t.file_id AND s.row_no = t.row_no
    CROSS JOIN latest AS l
    LEFT JOIN core_household_alias AS a ON s.household_no = a.household_no
    WHERE NOT s.is_gone
)
SELECT
    household_id, person_key, relation,
    row_number() OVER (
        PARTITION BY household_id
        ORDER BY is_dead, relation <> 'head', birth_month_no, person_key
    ) = 1 AS is_head,
    birth_month_no, sex, is_foreigner, disability_level, moved_in_on,
    is_residence_unknown, is_dead, is_protected,
    dong_code, register_ref_date, file_id, row_no
FROM resident
ORDER BY household_id, person_key
