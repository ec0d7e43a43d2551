-- grain: source, account_no, step, household_id, person_key
-- params: none
-- home: temp
-- why: the exact cascade. Each step says on what an account and registered people agree; a step counts only where it points at one household. Who is found elsewhere by name stands back behind a household that already lived at the address.
WITH person AS (
    SELECT
        p.person_key, p.household_id, p.name, p.birth_date, p.phone,
        h.moved_in_on, h.city, h.road_key, h.unit_key, h.door_key
    FROM _register_person AS p
    LEFT JOIN _register_home AS h ON p.household_id = h.household_id
),
same_name_at_number AS (
    SELECT
        a.source, a.account_no, p.household_id, p.person_key,
        a.birth_date = p.birth_date AS same_birth,
        coalesce(a.unit_key, '') = coalesce(p.unit_key, '') AS same_unit,
        a.unit_key IS NULL OR p.unit_key IS NULL OR a.door_key = p.door_key
            AS unit_may_be_same
    FROM _account_place AS a
    INNER JOIN person AS p
        ON a.name = p.name AND a.city = p.city AND a.road_key = p.road_key
),
same_name_elsewhere AS (
    SELECT 'NAME_PHONE' AS reason, a.*, p.household_id, p.person_key, p.moved_in_on
    FROM _account_place AS a
    INNER JOIN person AS p ON a.name = p.name AND a.phone = p.phone
    UNION ALL
    SELECT 'NAME_BIRTH', a.*, p.household_id, p.person_key, p.moved_in_on
    FROM _account_place AS a
    INNER JOIN person AS p ON a.name = p.name AND a.birth_date = p.birth_date
),
same_name_in_area AS (
    SELECT
        c.*,
        bool_and(c.is_rare_name) OVER (PARTITION BY c.source, c.account_no) AS is_rare
    FROM _lot_candidate AS c
    LEFT JOIN _waterworks_dong AS w ON c.part = w.part
    WHERE w.dong_code IS NULL OR w.dong_code = c.dong_code
)
SELECT
    1 AS step, 'NAME_BIRTH_ADDRESS_UNIT' AS reason,
    source, account_no, household_id, person_key
FROM same_name_at_number
WHERE same_birth AND same_unit
UNION ALL
SELECT 2, 'NAME_BIRTH_ADDRESS', source, account_no, household_id, person_key
FROM same_name_at_number
WHERE same_birth
UNION ALL
SELECT 3, 'NAME_ADDRESS_UNIT', source, account_no, household_id, person_key
FROM same_name_at_number
WHERE same_unit
UNION ALL
SELECT 4, 'NAME_ADDRESS', source, account_no, household_id, person_key
FROM same_name_at_number
WHERE unit_may_be_same
UNION ALL
SELECT 5, 'ADDRESS_UNIT_ONLY', source, account_no, household_id, NULL
FROM _door
WHERE is_settled
UNION ALL
SELECT
    CASE e.reason WHEN 'NAME_PHONE' THEN 6 ELSE 7 END, e.reason,
    e.source, e.account_no, e.household_id, e.person_key
FROM same_name_elsewhere AS e
LEFT JOIN _door AS d ON e.source = d.source AND e.account_no = d.account_no
WHERE
    (
        d.household_id IS NULL
        -- Of a house where others are registered, a bill without a unit tells no door.
        AND (e.is_complete OR e.registered_at_number = 0 OR e.moved_in_on > e.holder_since)
    )
    OR d.household_id = e.household_id
    -- Both have moved since: the account is at the person's former home.
    OR (NOT d.was_there_before AND e.moved_in_on > e.holder_since)
UNION ALL
SELECT 8, 'NAME_LOT_UNIT', source, account_no, household_id, person_key
FROM same_name_in_area
WHERE same_unit
UNION ALL
SELECT 9, 'NAME_LOT', source, account_no, household_id, person_key
FROM same_name_in_area
WHERE both_lack_a_unit AND is_rare
