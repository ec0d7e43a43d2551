-- grain: household_id
-- params: none
-- why: the dong of today of every registered household. Where its code may be several dongs, the written address may say which: its legal dong lies in one of them only, or who is registered at the same house number under a code of today stands in one of them only. What contradicts each other stays in review.
WITH home AS (
    SELECT
        m.household_id, m.dong_code, d.current_dong_code, d.how,
        coalesce(d.heirs, []) AS heirs,
        r.city, coalesce(r.road_key, r.lot_key) AS number_key, r.area
    FROM core_household_member AS m
    LEFT JOIN core_dong_current AS d ON m.dong_code = d.dong_code
    LEFT JOIN _register_home AS r ON m.household_id = r.household_id
    WHERE m.is_head
),
review AS (
    SELECT * FROM home WHERE how = 'review'
),
legal_dong AS (
    SELECT DISTINCT dong_code, legal_name FROM stg_kikmix WHERE legal_name IS NOT NULL
    UNION
    -- In a 읍 or 면 the address names it and not its 리.
    SELECT dong_code, dong_name FROM core_dong_current
    INNER JOIN _dong_life USING (dong_code)
    WHERE _dong_life.is_live AND regexp_matches(dong_name, '[읍면]$')
),
by_legal_dong AS (
    SELECT r.household_id, list(DISTINCT l.dong_code ORDER BY l.dong_code) AS dongs
    FROM review AS r
    INNER JOIN legal_dong AS l
        ON r.area = l.legal_name AND list_contains(r.heirs, l.dong_code)
    GROUP BY r.household_id
),
asked AS (
    -- Who is in doubt asks at few house numbers; a town has hundreds of thousands.
    SELECT DISTINCT city, number_key FROM review WHERE number_key IS NOT NULL
),
number AS (
    SELECT
        h.city, h.number_key,
        list(DISTINCT h.current_dong_code ORDER BY h.current_dong_code) AS dongs
    FROM home AS h
    INNER JOIN asked AS a ON h.city = a.city AND h.number_key = a.number_key
    WHERE h.how <> 'review' AND h.current_dong_code IS NOT NULL
    GROUP BY h.city, h.number_key
),
told AS (
    SELECT
        h.household_id, h.dong_code, h.current_dong_code, h.how, h.heirs,
        CASE WHEN len(l.dongs) = 1 THEN l.dongs[1] END AS legal,
        n.dongs AS neighbours
    FROM home AS h
    LEFT JOIN by_legal_dong AS l ON h.household_id = l.household_id
    LEFT JOIN number AS n
        ON h.how = 'review' AND h.city = n.city AND h.number_key = n.number_key
),
weighed AS (
    SELECT
        *,
        CASE
            WHEN how <> 'review' THEN 'register'
            -- A house number in two dongs, in none of the heirs, or elsewhere than its
            -- legal dong says.
            WHEN
                len(neighbours) > 1 OR NOT list_has_all(heirs, neighbours)
                OR neighbours[1] <> legal
                THEN 'conflict'
            WHEN legal IS NOT NULL AND neighbours IS NOT NULL THEN 'legal_dong_and_neighbours'
            WHEN legal IS NOT NULL THEN 'legal_dong'
            WHEN neighbours IS NOT NULL THEN 'neighbours'
            ELSE 'none'
        END AS evidence
    FROM told
)
SELECT
    household_id, dong_code,
    CASE
        WHEN how <> 'review' THEN current_dong_code
        WHEN evidence IN ('legal_dong_and_neighbours', 'legal_dong', 'neighbours')
            THEN coalesce(legal, neighbours[1])
    END AS current_dong_code,
    CASE
        WHEN evidence IN ('legal_dong_and_neighbours', 'legal_dong', 'neighbours')
            THEN 'by_address'
        ELSE coalesce(how, 'unknown')
    END AS how,
    evidence
FROM weighed
ORDER BY household_id
