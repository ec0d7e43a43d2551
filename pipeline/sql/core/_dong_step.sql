-- grain: dong_code
-- params: none
-- home: temp
-- why: where each ended code went on the day it ended: `recoded`, `renamed`, `merged` into one heir, or `split` and `absorbed` with every dong that may hold part of it. Names decide only where all that ended and began in the town that day is explained; else every possible heir is named.
WITH ended AS (
    -- What happened in a 시군구 that goes on is its own; where it was dissolved, its
    -- town's or that of the towns where its dongs turn up.
    SELECT
        e.*,
        CASE
            WHEN max(s.last_day) OVER (PARTITION BY e.abolished_on, e.district) > e.abolished_on
                THEN e.district
            ELSE e.town
        END AS place
    FROM _dong_life AS e
    LEFT JOIN (
        SELECT district, max(coalesce(abolished_on, DATE '9999-12-31')) AS last_day
        FROM _dong_life
        GROUP BY district
    ) AS s ON e.district = s.district
    WHERE NOT e.is_live
),
located AS (
    SELECT dong_code, town AS place FROM _dong_life
    UNION
    SELECT dong_code, district FROM _dong_life
),
twin AS (
    -- Two codes of one name in one 시군구 at once: the other one stayed.
    SELECT d.dong_code, min(l.dong_code) AS heir
    FROM ended AS d
    INNER JOIN _dong_life AS l
        ON d.province = l.province AND d.sgg IS NOT DISTINCT FROM l.sgg
        AND d.name_key = l.name_key AND d.dong_code <> l.dong_code
        AND l.created_on < greatest(d.abolished_on, d.created_on + 1)
        AND (l.abolished_on IS NULL OR l.abolished_on > d.abolished_on)
    GROUP BY d.dong_code
    HAVING count(*) = 1
),
way AS (
    SELECT abolished_on, place, place AS new_place FROM ended
    UNION
    SELECT e.abolished_on, e.place, p.new_town
    FROM ended AS e
    INNER JOIN _dong_pair AS p ON e.dong_code = p.dong_code
    WHERE e.place = e.town
),
day AS (
    SELECT
        abolished_on, place,
        min(coalesce(last_listed_on + 1, abolished_on)) AS first_day,
        max(abolished_on + CASE WHEN last_listed_on IS NULL THEN 3 ELSE 0 END) AS last_day
    FROM ended
    GROUP BY abolished_on, place
),
begun AS (
    -- Without a predecessor of its own name.
    SELECT DISTINCT d.abolished_on, d.place, b.dong_code, b.stem
    FROM day AS d
    INNER JOIN way AS w ON d.abolished_on = w.abolished_on AND d.place = w.place
    INNER JOIN located AS here ON w.new_place = here.place
    INNER JOIN _dong_life AS b
        ON here.dong_code = b.dong_code AND b.created_on BETWEEN d.first_day AND d.last_day
    ANTI JOIN _dong_pair AS p ON b.dong_code = p.heir
    WHERE
        b.created_on > (SELECT min(created_on) FROM _dong_life)
        AND (b.abolished_on IS NULL OR b.abolished_on > d.abolished_on)
),
gone AS (
    SELECT e.abolished_on, e.place, e.dong_code, e.stem
    FROM ended AS e
    ANTI JOIN _dong_pair AS p ON e.dong_code = p.dong_code
    ANTI JOIN twin AS t ON e.dong_code = t.dong_code
),
new_stem AS (
    SELECT abolished_on, place, stem, count(*) AS n, list(dong_code ORDER BY dong_code) AS heirs
    FROM begun GROUP BY ALL
),
unexplained_new AS (
    SELECT b.abolished_on, b.place, count(*) AS n, list(b.dong_code ORDER BY b.dong_code) AS heirs
    FROM begun AS b
    ANTI JOIN gone AS g
        ON b.abolished_on = g.abolished_on AND b.place = g.place AND b.stem = g.stem
    GROUP BY b.abolished_on, b.place
),
unexplained_gone AS (
    SELECT g.abolished_on, g.place, count(*) AS n
    FROM gone AS g
    ANTI JOIN begun AS b
        ON g.abolished_on = b.abolished_on AND g.place = b.place AND g.stem = b.stem
    GROUP BY g.abolished_on, g.place
),
explained AS (
    SELECT
        e.dong_code, e.abolished_on, e.last_listed_on, e.place, e.province, e.sgg, e.stem,
        t.heir AS twin, p.heir AS namesake,
        CASE WHEN g.dong_code IS NOT NULL THEN s.heirs END AS stem_heirs,
        count(s.n) OVER (PARTITION BY e.abolished_on, e.place, e.stem, g.dong_code IS NULL)
            AS gone_of_stem,
        coalesce(u.heirs, []) AS new_heirs,
        coalesce(x.n, 0) AS gone_without_stem,
        -- One that began may be all that the ones without a name became.
        len(coalesce(u.heirs, [])) = 0 OR (len(u.heirs) = 1 AND coalesce(x.n, 0) > 0)
            AS is_explained
    FROM ended AS e
    LEFT JOIN twin AS t ON e.dong_code = t.dong_code
    LEFT JOIN _dong_pair AS p ON e.dong_code = p.dong_code
    LEFT JOIN gone AS g ON e.dong_code = g.dong_code
    LEFT JOIN new_stem AS s
        ON e.abolished_on = s.abolished_on AND e.place = s.place AND e.stem = s.stem
    LEFT JOIN unexplained_new AS u ON e.abolished_on = u.abolished_on AND e.place = u.place
    LEFT JOIN unexplained_gone AS x ON e.abolished_on = x.abolished_on AND e.place = x.place
),
decided AS (
    SELECT
        *,
        CASE
            WHEN twin IS NOT NULL THEN 'recoded'
            WHEN namesake IS NOT NULL
                THEN CASE WHEN is_explained THEN 'recoded' ELSE 'split' END
            WHEN len(stem_heirs) = 1 AND is_explained
                THEN CASE WHEN gone_of_stem = 1 THEN 'renamed' ELSE 'merged' END
            WHEN len(stem_heirs) > 0 THEN 'split'
            -- Between two registers, months apart, one birth and one end need not be one.
            WHEN last_listed_on IS NOT NULL THEN 'absorbed'
            WHEN len(new_heirs) = 1
                THEN CASE WHEN gone_without_stem = 1 THEN 'renamed' ELSE 'merged' END
            WHEN len(new_heirs) > 1 THEN 'split'
            ELSE 'absorbed'
        END AS kind
    FROM explained
),
neighbour AS (
    -- Who may have taken a dong in without a new code: new ones, then those of its
    -- stem, then the rest of its place.
    SELECT
        e.dong_code,
        list(l.dong_code ORDER BY
            NOT list_contains(e.new_heirs, l.dong_code), l.stem <> e.stem, l.dong_code
        ) AS heirs
    FROM decided AS e
    INNER JOIN located AS here ON e.place = here.place AND e.dong_code <> here.dong_code
    INNER JOIN _dong_life AS l ON here.dong_code = l.dong_code
    WHERE
        e.kind = 'absorbed'
        AND l.created_on <= e.abolished_on + 3
        AND (l.abolished_on IS NULL OR l.abolished_on > e.abolished_on)
    GROUP BY e.dong_code
),
province AS (
    -- The whole 시군구 has gone and no name of its leads on: the names of the province.
    SELECT
        e.dong_code,
        list(l.dong_code ORDER BY l.dong_code) FILTER (l.stem = e.stem) AS namesakes,
        list(l.dong_code ORDER BY l.dong_code) AS heirs
    FROM decided AS e
    ANTI JOIN neighbour AS n ON e.dong_code = n.dong_code
    INNER JOIN _dong_life AS l ON e.province = l.province
    WHERE
        e.kind = 'absorbed'
        AND l.created_on <= e.abolished_on + 3
        AND (l.abolished_on IS NULL OR l.abolished_on > e.abolished_on)
    GROUP BY e.dong_code
)
SELECT
    e.dong_code, e.abolished_on AS ended_on, e.last_listed_on, e.kind,
    CASE
        WHEN e.twin IS NOT NULL THEN [e.twin]
        WHEN e.kind = 'recoded' THEN [e.namesake]
        WHEN e.kind IN ('renamed', 'merged')
            THEN CASE WHEN len(e.stem_heirs) = 1 THEN e.stem_heirs ELSE e.new_heirs END
        WHEN e.kind = 'absorbed' THEN coalesce(n.heirs, p.namesakes, p.heirs, [])
        ELSE list_sort(list_distinct(list_filter(
            [e.namesake] || coalesce(e.stem_heirs, []) || e.new_heirs,
            lambda h: h IS NOT NULL
        )))
    END AS heirs
FROM decided AS e
LEFT JOIN neighbour AS n ON e.dong_code = n.dong_code
LEFT JOIN province AS p ON e.dong_code = p.dong_code
