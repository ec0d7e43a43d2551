-- grain: source, account_no, person_key
-- params: none
-- home: temp
-- why: people of an account's name in the legal dong (or 읍·면) of its lot, where no road number is known: all that a water bill can be compared with. Without a unit a name must be rare: fewer than one in seven such areas would hold it by chance.
WITH house AS (
    SELECT household_id, city, area, dong_code
    FROM _register_home
    WHERE unit_key IS NULL
),
houses_of_area AS (
    SELECT city, area, dong_code, count(*) AS houses
    FROM house
    GROUP BY city, area, dong_code
),
houses_of_name AS (
    SELECT p.name, count(DISTINCT p.household_id) AS houses
    FROM _register_person AS p
    INNER JOIN house AS h ON p.household_id = h.household_id
    GROUP BY p.name
)
SELECT
    a.source, a.account_no, a.part, h.dong_code, p.household_id, p.person_key,
    a.unit_key IS NOT NULL AND a.unit_key = h.unit_key AS same_unit,
    h.unit_key IS NULL AND (a.unit_key IS NULL OR h.households_at_number > 1)
        AS both_lack_a_unit,
    7 * (n.houses - 1) * o.houses < (SELECT count(*) FROM house) AS is_rare_name
FROM _account_place AS a
INNER JOIN _register_person AS p ON a.name = p.name
INNER JOIN _register_home AS h
    ON p.household_id = h.household_id AND a.city = h.city AND a.area = h.area
LEFT JOIN houses_of_name AS n ON a.name = n.name
LEFT JOIN houses_of_area AS o
    ON h.city = o.city AND h.area = o.area AND h.dong_code = o.dong_code
WHERE a.road_key IS NULL
