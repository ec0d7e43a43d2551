-- grain: city, lot_key
-- params: none
-- home: temp
-- why: which road number a lot number is, learnt from registered people whom another payer (the health insurer) knows by the lot. Only where all of them agree, and never from somebody who has moved.
-- First who, then whether the places fit: places joined first are millions of pairs.
WITH insured AS MATERIALIZED (
    SELECT m.household_id, a.city, a.lot_key, a.area, a.unit_key
    FROM stg_nhis AS n
    INNER JOIN vault.vault_nhis AS v ON n.file_id = v.file_id AND n.row_no = v.row_no
    INNER JOIN _address_text AS t ON v.address = t.address AND t.detail IS NULL
    INNER JOIN _address_part AS a ON t.address_id = a.address_id
    INNER JOIN core_household_member AS m ON n.head_key = m.person_key
    WHERE a.lot_key IS NOT NULL AND m.moved_in_on <= n.ref_date
),
told AS (
    SELECT h.city, a.lot_key, h.road_key
    FROM insured AS a
    INNER JOIN _register_home AS h ON a.household_id = h.household_id
    WHERE
        h.road_key IS NOT NULL
        AND (a.city IS NULL OR a.city = h.city)
        AND a.area = h.area
        AND a.unit_key IS NOT DISTINCT FROM h.unit_key
)
SELECT city, lot_key, min(road_key) AS road_key
FROM told
GROUP BY city, lot_key
HAVING min(road_key) = max(road_key)
