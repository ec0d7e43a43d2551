-- grain: source, account_no, person_key
-- params: none
-- home: temp
-- why: on what each part of a pair agrees, and how often chance alone would agree so. Which places can be told depends on what the account says: a whole door, a house number, or a lot's area.
WITH house AS (
    SELECT count(*) AS households FROM _register_home
),
at_area AS (
    -- Where the waterworks' number tells the dong, only that dong's part of the area is
    -- meant; the whole area has no dong here.
    SELECT
        city, area, dong_code, coalesce(unit_key, '') AS unit_key, count(*) AS households
    FROM _register_home
    GROUP BY GROUPING SETS (
        (city, area, dong_code, coalesce(unit_key, '')),
        (city, area, coalesce(unit_key, ''))
    )
),
in_area AS (
    SELECT
        city, area, dong_code,
        count(*) FILTER (unit_key IS NOT NULL AND is_apartment IS NOT TRUE) AS households
    FROM _register_home
    GROUP BY GROUPING SETS ((city, area, dong_code), (city, area))
),
at_door AS (
    SELECT city, road_key, coalesce(unit_key, '') AS unit_key, count(*) AS households
    FROM _register_home
    WHERE road_key IS NOT NULL
    GROUP BY city, road_key, coalesce(unit_key, '')
),
compared AS (
    SELECT
        r.source, r.account_no, r.account_key, p.person_key, p.household_id,
        r.holder_since, r.is_complete, r.registered_at_number, h.moved_in_on, h.dong_code, r.part,
        coalesce(n.level, 'other') AS name_level, coalesce(n.chance, 1) AS name_chance,
        CASE
            WHEN r.birth IS NULL OR p.birth_date IS NULL THEN 'missing'
            WHEN r.birth = strftime(p.birth_date, '%y%m%d') THEN 'same'
            WHEN damerau_levenshtein(r.birth, strftime(p.birth_date, '%y%m%d')) = 1
                THEN 'near'
            ELSE 'other'
        END AS birth_level,
        CASE
            WHEN r.phone IS NULL OR p.phone IS NULL THEN 'missing'
            WHEN r.phone = p.phone THEN 'same'
            WHEN damerau_levenshtein(r.phone, p.phone) = 1 THEN 'near'
            ELSE 'other'
        END AS phone_level,
        CASE
            WHEN r.road_key IS NULL AND r.unit_key IS NULL THEN 'bare_lot'
            WHEN r.road_key IS NULL THEN 'lot'
            WHEN r.is_complete THEN 'door'
            ELSE 'number'
        END AS place_field,
        coalesce(r.city = h.city, FALSE) AS same_city,
        coalesce(r.city = h.city AND r.road_key = h.road_key, FALSE) AS same_number,
        coalesce(r.city = h.city AND r.area = h.area, FALSE) AS same_area,
        r.is_complete
        AND coalesce(r.unit_key, '') = coalesce(h.unit_key, '') AS same_door,
        coalesce(r.unit_key, '') = coalesce(h.unit_key, '') AS same_unit,
        r.unit_key IS NULL OR h.unit_key IS NULL OR r.door_key = h.door_key
            AS unit_may_be_same,
        h.households_at_number, h.city, h.area, h.road_key,
        coalesce(h.unit_key, '') AS unit_key
    FROM _pair AS x
    INNER JOIN _rest AS r ON x.source = r.source AND x.account_no = r.account_no
    INNER JOIN _register_person AS p ON x.person_key = p.person_key
    LEFT JOIN _register_home AS h ON p.household_id = h.household_id
    LEFT JOIN _near_name AS n ON r.name = n.written AND p.name = n.registered
),
placed AS (
    SELECT
        *,
        CASE
            WHEN same_number AND same_door THEN 'door'
            WHEN same_number AND unit_may_be_same THEN 'number'
            WHEN same_number THEN 'other_unit'
            WHEN place_field = 'lot' AND same_area AND same_unit
                THEN 'area_unit'
            WHEN place_field = 'bare_lot' AND same_area AND same_unit THEN 'area_house'
            WHEN place_field = 'bare_lot' AND same_area THEN 'area_flat'
            WHEN place_field = 'lot' AND same_area THEN 'area'
            ELSE 'elsewhere'
        END AS place_level
    FROM compared
)
SELECT
    c.source, c.account_no, c.account_key, c.person_key, c.household_id,
    c.name_level, c.name_chance, c.birth_level, c.phone_level,
    c.place_field, c.place_level,
    CASE c.place_level
        WHEN 'door' THEN d.households
        WHEN 'number' THEN c.households_at_number
        WHEN 'other_unit' THEN c.households_at_number
        WHEN 'area_unit' THEN a.households
        WHEN 'area_house' THEN a.households
        WHEN 'area_flat' THEN f.households
        ELSE house.households
    END / house.households AS place_chance,
    -- Who lives elsewhere stands back behind those who were at the door before.
    c.place_level IN ('elsewhere', 'other_unit') AND (
        (
            door.household_id <> c.household_id
            AND NOT (NOT door.was_there_before AND c.moved_in_on > c.holder_since)
        ) IS TRUE
        OR (
            NOT c.is_complete AND c.registered_at_number > 0
            AND NOT c.moved_in_on > c.holder_since
        )
    ) AS is_contested,
    c.moved_in_on > c.holder_since AS has_moved_since
FROM placed AS c
CROSS JOIN house
LEFT JOIN at_door AS d
    ON c.city = d.city AND c.road_key = d.road_key AND c.unit_key = d.unit_key
LEFT JOIN _door AS door ON c.source = door.source AND c.account_no = door.account_no
LEFT JOIN _waterworks_dong AS w ON c.source = 'water' AND c.part = w.part
LEFT JOIN at_area AS a
    ON
        c.city = a.city AND c.area = a.area AND c.unit_key = a.unit_key
        AND w.dong_code IS NOT DISTINCT FROM a.dong_code
LEFT JOIN in_area AS f
    ON
        c.city = f.city AND c.area = f.area
        AND w.dong_code IS NOT DISTINCT FROM f.dong_code
ANTI JOIN _decision AS denied
    ON
        c.source = denied.source AND c.account_key = denied.account_key
        AND c.household_id = denied.household_id AND denied.decision = 'not_same'
WHERE w.dong_code IS NULL OR c.place_level = 'elsewhere' OR w.dong_code = c.dong_code
