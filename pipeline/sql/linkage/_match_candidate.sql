-- grain: source, account_no, step, household_id
-- params: none
-- home: temp
-- why: the exact cascade. Each step says on what an account and registered people agree; a step counts only where it points at one household. Ordered from what can hardly be chance to what is merely rare.
WITH person AS (
    SELECT
        p.person_key, p.household_id, p.name, p.birth_date, p.phone,
        h.city, h.road_key, h.area, h.unit_key, h.door_key
    FROM _register_person AS p
    LEFT JOIN _register_home AS h ON p.household_id = h.household_id
),
name_birth_address_unit AS (
    SELECT 1 AS step, 'NAME_BIRTH_ADDRESS_UNIT' AS reason, a.source, a.account_no, p.household_id, p.person_key
    FROM _account_place AS a
    INNER JOIN person AS p
        ON a.name = p.name AND a.birth_date = p.birth_date
        AND a.city = p.city AND a.road_key = p.road_key
        AND coalesce(a.unit_key, '') = coalesce(p.unit_key, '')
),
name_birth_address AS (
    SELECT 2, 'NAME_BIRTH_ADDRESS', a.source, a.account_no, p.household_id, p.person_key
    FROM _account_place AS a
    INNER JOIN person AS p
        ON a.name = p.name AND a.birth_date = p.birth_date
        AND a.city = p.city AND a.road_key = p.road_key
),
name_phone AS (
    SELECT 3, 'NAME_PHONE', a.source, a.account_no, p.household_id, p.person_key
    FROM _account_place AS a
    INNER JOIN person AS p ON a.name = p.name AND a.phone = p.phone
),
name_address_unit AS (
    SELECT 4, 'NAME_ADDRESS_UNIT', a.source, a.account_no, p.household_id, p.person_key
    FROM _account_place AS a
    INNER JOIN person AS p
        ON a.name = p.name AND a.city = p.city AND a.road_key = p.road_key
        AND coalesce(a.unit_key, '') = coalesce(p.unit_key, '')
),
name_address AS (
    SELECT 5, 'NAME_ADDRESS', a.source, a.account_no, p.household_id, p.person_key
    FROM _account_place AS a
    INNER JOIN person AS p
        ON a.name = p.name AND a.city = p.city AND a.road_key = p.road_key
    WHERE a.unit_key IS NULL OR p.unit_key IS NULL OR a.door_key = p.door_key
),
name_birth AS (
    SELECT 6, 'NAME_BIRTH', a.source, a.account_no, p.household_id, p.person_key
    FROM _account_place AS a
    INNER JOIN person AS p ON a.name = p.name AND a.birth_date = p.birth_date
),
name_lot_unit AS (
    SELECT 7, 'NAME_LOT_UNIT', a.source, a.account_no, p.household_id, p.person_key
    FROM _account_place AS a
    INNER JOIN person AS p
        ON a.name = p.name AND a.city = p.city AND a.area = p.area
        AND coalesce(a.unit_key, '') = coalesce(p.unit_key, '')
    WHERE a.road_key IS NULL
),
address_unit AS (
    SELECT 8, 'ADDRESS_UNIT_ONLY', a.source, a.account_no, h.household_id, NULL
    FROM _account_place AS a
    INNER JOIN _register_home AS h
        ON a.city = h.city AND a.road_key = h.road_key
        AND coalesce(a.unit_key, '') = coalesce(h.unit_key, '')
    WHERE a.is_complete
)
SELECT DISTINCT step, reason, source, account_no, household_id, person_key
FROM (
    SELECT * FROM name_birth_address_unit
    UNION ALL SELECT * FROM name_birth_address
    UNION ALL SELECT * FROM name_phone
    UNION ALL SELECT * FROM name_address_unit
    UNION ALL SELECT * FROM name_address
    UNION ALL SELECT * FROM name_birth
    UNION ALL SELECT * FROM name_lot_unit
    UNION ALL SELECT * FROM address_unit
) AS every_step
