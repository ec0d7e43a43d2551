-- grain: source, account_no
-- params: none
-- home: temp
-- why: homes whose supply was stopped within a year where nobody is registered: somebody lives there. One door is one referral, whoever sends the bill; its id comes from the account stopped first.
WITH unmatched AS (
    SELECT a.*
    FROM _account_place AS a
    ANTI JOIN _decided AS m ON a.source = m.source AND a.account_no = m.account_no
    WHERE a.has_recent_stop AND a.is_complete AND a.road_key IS NOT NULL
),
here AS (
    SELECT DISTINCT city FROM _register_home
),
empty_door AS (
    SELECT u.*
    FROM unmatched AS u
    INNER JOIN here ON u.city = here.city
    -- Whoever is registered there without a unit may live behind this door.
    ANTI JOIN _register_home AS h
        ON u.city = h.city AND u.road_key = h.road_key
        AND (
            u.unit_key IS NULL OR h.unit_key IS NULL OR h.unit_key = u.unit_key
            OR h.door_key = u.unit_key OR h.unit_key = u.door_key
        )
),
first_stopped AS (
    SELECT city, road_key, unit_key, account_key
    FROM empty_door
    QUALIFY row_number() OVER (
        PARTITION BY city, road_key, unit_key ORDER BY last_stop_on, account_key
    ) = 1
),
neighbour AS (
    SELECT city, road_key, min(dong_code) AS dong_code
    FROM _register_home GROUP BY city, road_key HAVING count(DISTINCT dong_code) = 1
),
street AS (
    SELECT city, road_name, min(dong_code) AS dong_code
    FROM _register_home GROUP BY city, road_name HAVING count(DISTINCT dong_code) = 1
),
area AS (
    SELECT city, area, min(dong_code) AS dong_code
    FROM _register_home GROUP BY city, area HAVING count(DISTINCT dong_code) = 1
)
SELECT
    e.source, e.account_no,
    'A' || substr(f.account_key, 1, 15) AS household_id,
    coalesce(n.dong_code, s.dong_code, a.dong_code) AS dong_code,
    e.is_apartment, e.is_shared_building, e.unit_key IS NOT NULL AS has_unit
FROM empty_door AS e
INNER JOIN first_stopped AS f
    ON e.city = f.city AND e.road_key = f.road_key
    AND e.unit_key IS NOT DISTINCT FROM f.unit_key
LEFT JOIN neighbour AS n ON e.city = n.city AND e.road_key = n.road_key
LEFT JOIN street AS s ON e.city = s.city AND e.road_name = s.road_name
LEFT JOIN area AS a ON e.city = a.city AND e.area = a.area
