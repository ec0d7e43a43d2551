-- grain: source, account_no
-- params: none
-- home: temp
-- why: the dong of today in which an account's rows count: of the household it is linked to, else of the address written on it where all who are registered there live in one dong. Water lies where its waterworks' own dong does: a bill linked wrongly must not make a dong report that never did.
WITH home AS (
    SELECT r.city, r.road_key, r.road_name, r.area, h.current_dong_code AS dong_code
    FROM _register_home AS r
    INNER JOIN core_household AS h ON r.household_id = h.household_id
    WHERE h.current_dong_code IS NOT NULL
),
number AS (
    SELECT city, road_key, min(dong_code) AS dong_code FROM home
    WHERE road_key IS NOT NULL
    GROUP BY city, road_key HAVING min(dong_code) = max(dong_code)
),
street AS (
    SELECT city, road_name, min(dong_code) AS dong_code FROM home
    WHERE road_name IS NOT NULL
    GROUP BY city, road_name HAVING min(dong_code) = max(dong_code)
),
area AS (
    SELECT city, area, min(dong_code) AS dong_code FROM home
    WHERE area IS NOT NULL
    GROUP BY city, area HAVING min(dong_code) = max(dong_code)
),
by_address AS (
    SELECT
        p.source, p.account_no,
        coalesce(n.dong_code, s.dong_code, a.dong_code) AS dong_code
    FROM _account_place AS p
    INNER JOIN core_link AS l
        ON
            p.source = l.source AND p.account_no = l.account_no
            AND l.household_id IS NULL
    LEFT JOIN number AS n ON p.city = n.city AND p.road_key = n.road_key
    LEFT JOIN street AS s ON p.city = s.city AND p.road_name = s.road_name
    LEFT JOIN area AS a ON p.city = a.city AND p.area = a.area
),
waterworks AS (
    SELECT source, account_no, part FROM _account WHERE source = 'water'
),
placed AS (
    SELECT
        l.source, l.account_no, w.part,
        coalesce(h.current_dong_code, d.current_dong_code, b.dong_code) AS dong_code
    FROM core_link AS l
    LEFT JOIN core_household AS h ON l.household_id = h.household_id
    LEFT JOIN core_dong_current AS d ON l.dong_code = d.dong_code
    LEFT JOIN by_address AS b ON l.source = b.source AND l.account_no = b.account_no
    LEFT JOIN waterworks AS w ON l.source = w.source AND l.account_no = w.account_no
),
vote AS (
    SELECT
        part, dong_code, count(*) AS votes,
        sum(count(*)) OVER (PARTITION BY part) AS all_votes,
        row_number() OVER (PARTITION BY part ORDER BY count(*) DESC, dong_code) AS place
    FROM placed
    WHERE source = 'water' AND dong_code IS NOT NULL
    GROUP BY part, dong_code
),
-- One waterworks dong may serve several of ours: a tenth of its bills and three.
served AS (
    SELECT part, dong_code, place FROM vote
    WHERE place = 1 OR (votes >= 3 AND 10 * votes >= all_votes)
)
SELECT
    p.source, p.account_no,
    CASE WHEN p.source = 'water' THEN coalesce(s.dong_code, m.dong_code)
        ELSE p.dong_code END AS dong_code
FROM placed AS p
LEFT JOIN served AS s ON p.part = s.part AND p.dong_code = s.dong_code
LEFT JOIN served AS m ON p.part = m.part AND m.place = 1
