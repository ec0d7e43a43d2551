-- grain: household_id
-- params: none
-- home: temp
-- why: where each registered household lives, in comparable parts, and who else is registered at that house number. `is_only_one`: no other household shares the complete address.
WITH written AS (
    SELECT p.household_id, a.*
    FROM _register_person AS p
    INNER JOIN _address_text AS t
        ON p.address = t.address AND p.detail IS NOT DISTINCT FROM t.detail
    INNER JOIN _address_part AS a ON t.address_id = a.address_id
    WHERE p.is_head
),
home_city AS (
    SELECT city
    FROM written
    WHERE city IS NOT NULL
    GROUP BY city
    ORDER BY count(*) DESC, city
    LIMIT 1
),
placed AS (
    SELECT w.* REPLACE (coalesce(w.city, (SELECT city FROM home_city), '') AS city)
    FROM written AS w
)
SELECT
    w.household_id, h.dong_code, h.moved_in_on, h.register_ref_date, w.city,
    w.road_name, w.road_key, w.lot_key, w.area, w.unit_key, w.door_key,
    w.is_apartment, w.is_shared_building,
    count(*) OVER (PARTITION BY w.city, w.road_key) AS households_at_number,
    count(w.unit_key) OVER (PARTITION BY w.city, w.road_key) AS units_at_number,
    count(*) OVER (PARTITION BY w.city, w.road_key, w.unit_key) = 1
        AND w.road_key IS NOT NULL AS is_only_one
FROM placed AS w
INNER JOIN core_household_member AS h ON w.household_id = h.household_id AND h.is_head
