-- grain: household_id
-- params: none
-- why: how far a household's address leads a visitor. Grade 3: to the door; 2: to the house, and an account of the same holder at the same house number tells the door; 1: to a house of several doors; 0: to no house. `unit_from_*` is the vault row where the door stands, never the door itself; a protected address borrows nothing.
WITH block_at_number AS (
    SELECT city, road_key, bool_or(contains(unit_key, '-')) AS has_blocks
    FROM _register_home
    WHERE road_key IS NOT NULL
    GROUP BY city, road_key
),
billed_door AS (
    -- A bill with a door of three digits tells of doors that the register does not name.
    SELECT DISTINCT city, road_key
    FROM _account_place
    WHERE road_key IS NOT NULL AND regexp_matches(unit_key, '\d\d\d')
),
home AS (
    SELECT
        m.household_id, r.city, r.road_key, r.unit_key, m.is_protected,
        coalesce(r.road_key, r.lot_key) IS NOT NULL AS has_number,
        coalesce(
            r.is_apartment OR r.is_shared_building OR (
                r.road_key IS NOT NULL
                AND (
                    r.units_at_number > 0 OR r.households_at_number >= 3
                    OR d.road_key IS NOT NULL
                )
            ), FALSE
        ) AS is_multi_unit,
        coalesce(b.has_blocks, FALSE) AND NOT contains(r.unit_key, '-') AS lacks_block
    FROM core_household_member AS m
    LEFT JOIN _register_home AS r ON m.household_id = r.household_id
    LEFT JOIN block_at_number AS b ON r.city = b.city AND r.road_key = b.road_key
    LEFT JOIN billed_door AS d ON r.city = d.city AND r.road_key = d.road_key
    WHERE m.is_head
),
lender AS (
    -- Only an account of a member by name, and only where all of them tell one door.
    SELECT
        h.household_id, a.source, a.file_id, a.row_no
    FROM home AS h
    INNER JOIN core_link AS l ON h.household_id = l.household_id
    INNER JOIN _account_place AS p ON l.source = p.source AND l.account_no = p.account_no
    INNER JOIN _account AS a ON l.source = a.source AND l.account_no = a.account_no
    WHERE
        h.unit_key IS NULL AND h.is_multi_unit AND NOT h.is_protected
        AND l.person_key IS NOT NULL
        AND l.source IN ('gas', 'kepco')
        AND p.unit_key IS NOT NULL
        AND p.city = h.city AND p.road_key = h.road_key
    QUALIFY
        min(p.unit_key) OVER (PARTITION BY h.household_id)
        = max(p.unit_key) OVER (PARTITION BY h.household_id)
        AND row_number() OVER (
            PARTITION BY h.household_id ORDER BY l.source, l.account_no
        ) = 1
),
graded AS (
    SELECT
        h.*, l.source, l.file_id, l.row_no,
        h.has_number AND h.is_multi_unit AND h.unit_key IS NULL AS lacks_unit
    FROM home AS h
    LEFT JOIN lender AS l ON h.household_id = l.household_id
)
SELECT
    household_id,
    CASE
        WHEN NOT has_number THEN 0
        WHEN NOT lacks_unit AND NOT coalesce(lacks_block, FALSE) THEN 3
        WHEN source IS NOT NULL THEN 2
        ELSE 1
    END AS grade,
    list_filter(
        [
            CASE WHEN NOT has_number THEN 'road' END,
            CASE WHEN NOT has_number THEN 'number' END,
            CASE WHEN lacks_block THEN 'building' END,
            CASE WHEN lacks_unit THEN 'unit' END
        ], lambda part: part IS NOT NULL
    ) AS lacks,
    is_multi_unit,
    source AS unit_from_source, file_id AS unit_from_file_id, row_no AS unit_from_row_no
FROM graded
UNION ALL
-- Where nobody is registered the address is the account's, as far as it goes.
SELECT
    household_id,
    CASE address_grade WHEN 2 THEN 3 ELSE address_grade END,
    CASE WHEN address_grade < 2 THEN ['unit'] ELSE [] END,
    home_kind = 'apartment' OR address_grade < 2, NULL, NULL, NULL
FROM core_household
WHERE kind = 'address_only'
ORDER BY household_id
