-- grain: source, file_id, row_no
-- params: household_id
-- home: temp
-- why: from which row of which file everything that is known of a household comes: its members by their keys, its accounts by their links, tips by theirs. Numbers of rows alone; what stood in them stays where it is.
WITH member AS (
    SELECT person_key FROM core_person_key WHERE household_id = $household_id
),
account AS (
    SELECT source, account_no FROM core_link WHERE household_id = $household_id
),
told AS (
    SELECT 'kepco' AS source, s.file_id, s.row_no FROM stg_kepco AS s
    INNER JOIN account AS a ON a.source = 'kepco' AND s.account_no = a.account_no
    UNION
    SELECT 'water', s.file_id, s.row_no FROM stg_water AS s
    INNER JOIN account AS a ON a.source = 'water' AND s.account_no = a.account_no
    UNION
    SELECT 'gas', s.file_id, s.row_no FROM stg_gas AS s
    INNER JOIN account AS a ON a.source = 'gas' AND s.account_no = a.account_no
    UNION
    SELECT 'nhis', s.file_id, s.row_no FROM stg_nhis AS s
    INNER JOIN account AS a ON a.source = 'nhis' AND s.certificate_no = a.account_no
    UNION
    SELECT 'nps', s.file_id, s.row_no FROM stg_nps AS s
    INNER JOIN member AS m ON s.person_key = m.person_key
    UNION
    SELECT 'kcomwel', s.file_id, s.row_no FROM stg_kcomwel AS s
    INNER JOIN member AS m ON s.owner_key = m.person_key
    UNION
    SELECT 'tip', s.file_id, s.row_no FROM stg_tip AS s
    INNER JOIN account AS a ON a.source = 'tip' AND s.tip_no = a.account_no
    UNION
    SELECT 'resident', s.file_id, s.row_no FROM stg_resident AS s
    INNER JOIN member AS m ON s.person_key = m.person_key
    UNION
    SELECT 'resident_change', s.file_id, s.row_no FROM stg_resident_change AS s
    INNER JOIN member AS m ON s.person_key = m.person_key
    UNION
    SELECT 'history', s.file_id, s.row_no FROM stg_history AS s
    INNER JOIN member AS m ON s.person_key = m.person_key
    UNION
    SELECT 'indicator', s.file_id, s.row_no FROM stg_indicator AS s
    INNER JOIN member AS m ON s.person_key = m.person_key
    UNION
    SELECT 'benefit', s.file_id, s.row_no FROM stg_benefit AS s
    INNER JOIN member AS m ON s.person_key = m.person_key
    UNION
    SELECT 'case_management', s.file_id, s.row_no FROM stg_case_management AS s
    INNER JOIN member AS m ON s.person_key = m.person_key
    UNION
    SELECT 'visit', s.file_id, s.row_no FROM stg_visit AS s
    INNER JOIN member AS m ON s.person_key = m.person_key
    UNION
    SELECT 'result', s.file_id, s.row_no FROM stg_result AS s
    INNER JOIN core_listing AS l ON s.referral_id = l.referral_id
    WHERE l.household_id = $household_id
)
SELECT
    t.source, f.file_name, f.ref_date, f.version, f.known_on, t.row_no, f.sha256, t.file_id
FROM told AS t
INNER JOIN core_file AS f ON t.file_id = f.file_id
ORDER BY t.source, f.ref_date, f.known_on, t.file_id, t.row_no
