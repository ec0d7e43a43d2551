-- grain: source, account_no
-- params: none
-- home: temp
-- why: accounts of homes with the place on them in comparable parts; a lot becomes its road number where that is known. `is_complete`: a unit is given, or the house needs none.
WITH home_city AS (
    SELECT city FROM _register_home GROUP BY city ORDER BY count(*) DESC, city LIMIT 1
),
placed AS (
    SELECT
        a.source, a.account_no, a.account_key, a.part, a.name, a.birth_date, a.phone,
        a.holder_since, a.first_ref_date, a.has_recent_sign,
        coalesce(p.city, (SELECT city FROM home_city), '') AS city,
        p.road_name, p.road_key, p.lot_key, p.area, p.unit_key, p.door_key,
        p.is_apartment, p.is_shared_building
    FROM _account AS a
    INNER JOIN _address_text AS t
        ON a.address = t.address AND a.detail IS NOT DISTINCT FROM t.detail
    INNER JOIN _address_part AS p ON t.address_id = p.address_id
    WHERE a.is_home AND NOT a.is_master
),
at_road AS (
    SELECT p.* REPLACE (coalesce(p.road_key, l.road_key) AS road_key)
    FROM placed AS p
    LEFT JOIN _lot_road AS l ON p.city = l.city AND p.lot_key = l.lot_key
),
number AS (
    SELECT
        city, road_key,
        max(households_at_number) AS households, max(units_at_number) AS units
    FROM _register_home
    WHERE road_key IS NOT NULL
    GROUP BY city, road_key
)
SELECT
    a.*,
    coalesce(n.households, 0) AS registered_at_number,
    coalesce(n.units, 0) AS registered_units_at_number,
    (a.road_key IS NOT NULL OR a.lot_key IS NOT NULL)
    AND (
        a.unit_key IS NOT NULL
        OR (NOT a.is_shared_building AND coalesce(n.units, 0) = 0)
    ) AS is_complete
FROM at_road AS a
LEFT JOIN number AS n ON a.city = n.city AND a.road_key = n.road_key
