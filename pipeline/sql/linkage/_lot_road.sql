-- grain: city, lot_key
-- params: none
-- home: temp
-- why: which road number a lot number is, learnt from registered people whom another payer (the health insurer) knows by the lot. Only where all of them agree, and never from somebody who has moved.
WITH told AS (
    SELECT
        h.city, a.lot_key, h.road_key
    FROM stg_nhis AS n
    INNER JOIN vault.vault_nhis AS v ON n.file_id = v.file_id AND n.row_no = v.row_no
    INNER JOIN _address_text AS t ON v.address = t.address AND t.detail IS NULL
    INNER JOIN _address_part AS a ON t.address_id = a.address_id
    INNER JOIN core_household_member AS m ON n.head_key = m.person_key
    INNER JOIN _register_home AS h ON m.household_id = h.household_id
    WHERE
        a.lot_key IS NOT NULL
        AND h.road_key IS NOT NULL
        AND (a.city IS NULL OR a.city = h.city)
        AND a.area = h.area
        AND a.unit_key IS NOT DISTINCT FROM h.unit_key
        AND m.moved_in_on <= n.ref_date
)
SELECT city, lot_key, min(road_key) AS road_key
FROM told
GROUP BY city, lot_key
HAVING count(DISTINCT road_key) = 1
