-- grain: source, account_no
-- params: none
-- home: temp
-- why: homes where nobody is registered and whose supply was stopped, or of which somebody told, within a year: somebody lives there. One door is one referral, whoever sends the bill; its id comes from the account or tip that was first heard of there, whatever is stopped later.
WITH heard_of AS (
    SELECT
        a.*,
        -- A tip has no keyed number; its own is the office's and tells nobody.
        'A' || substr(coalesce(a.account_key, md5('tip/' || a.account_no)), 1, 15)
            AS household_id
    FROM _account_place AS a
    ANTI JOIN _decided AS m ON a.source = m.source AND a.account_no = m.account_no
    WHERE a.is_complete AND a.road_key IS NOT NULL
),
unmatched AS (
    SELECT * FROM heard_of WHERE has_recent_sign
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
first_heard AS (
    SELECT city, road_key, unit_key, household_id
    FROM heard_of
    QUALIFY row_number() OVER (
        PARTITION BY city, road_key, unit_key ORDER BY first_ref_date, household_id
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
    f.household_id,
    coalesce(n.dong_code, t.dong_code, s.dong_code, a.dong_code) AS dong_code,
    e.is_apartment, e.is_shared_building, e.unit_key IS NOT NULL AS has_unit
FROM empty_door AS e
INNER JOIN first_heard AS f
    ON e.city = f.city AND e.road_key = f.road_key
    AND e.unit_key IS NOT DISTINCT FROM f.unit_key
LEFT JOIN neighbour AS n ON e.city = n.city AND e.road_key = n.road_key
LEFT JOIN stg_tip AS t ON e.source = 'tip' AND e.account_no = t.tip_no
LEFT JOIN street AS s ON e.city = s.city AND e.road_name = s.road_name
LEFT JOIN area AS a ON e.city = a.city AND e.area = a.area
