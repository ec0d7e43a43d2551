-- grain: dong_code
-- params: none
-- why: where a code seen in any file stands today. An abolished dong goes to the live dong of the same name in the same 시군구, or in the 시군구 of that name in another province when the whole 시군구 has left its old one (강원, 전북, 군위). Anything else is unresolved: a split dong is never guessed.
WITH seen AS (
    SELECT dong_code FROM _dong_life
    UNION
    SELECT dong_code FROM stg_resident WHERE dong_code IS NOT NULL
    UNION
    SELECT dong_code FROM stg_nhis WHERE dong_code IS NOT NULL
    UNION
    SELECT dong_code FROM stg_team WHERE dong_code IS NOT NULL
),
live AS (
    SELECT * FROM _dong_life WHERE is_live
),
gone AS (
    SELECT * FROM _dong_life WHERE NOT is_live
),
still_there AS (
    SELECT DISTINCT sido, sgg FROM live
),
same_district AS (
    SELECT g.dong_code, l.dong_code AS successor
    FROM gone AS g
    INNER JOIN live AS l
        ON g.sido = l.sido AND g.sgg = l.sgg AND g.dong_name = l.dong_name
),
same_district_moved AS (
    SELECT g.dong_code, l.dong_code AS successor
    FROM gone AS g
    INNER JOIN live AS l
        ON g.sgg = l.sgg AND g.dong_name = l.dong_name AND g.sido <> l.sido
    ANTI JOIN still_there AS s ON g.sido = s.sido AND g.sgg = s.sgg
    WHERE l.created_on >= g.abolished_on
),
successor AS (
    SELECT dong_code, min(successor) AS successor
    FROM (
        SELECT * FROM same_district
        UNION ALL
        SELECT * FROM same_district_moved
    ) AS both_ways
    GROUP BY dong_code
    HAVING count(DISTINCT successor) = 1
)
SELECT
    seen.dong_code,
    CASE WHEN live.dong_code IS NOT NULL THEN seen.dong_code ELSE s.successor END
        AS current_dong_code,
    CASE
        WHEN live.dong_code IS NOT NULL THEN 'live'
        WHEN s.successor IS NOT NULL THEN 'same_name'
        ELSE 'unresolved'
    END AS how
FROM seen
LEFT JOIN live ON seen.dong_code = live.dong_code
LEFT JOIN successor AS s ON seen.dong_code = s.dong_code
ORDER BY seen.dong_code
