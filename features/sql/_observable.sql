-- grain: household_id
-- params: none
-- home: temp
-- why: an apartment's power and water are in its 관리비; a source that never came could
--      see nobody, and one that tells nothing of a dong (its waterworks do not report)
--      nobody there: no row is then not a zero (nor of a stale source, a row or not:
--      features/build.py)
WITH arrived AS (
    SELECT
        count(*) FILTER (WHERE source = 'kepco') > 0 AS kepco,
        count(*) FILTER (WHERE source = 'water') > 0 AS water,
        count(*) FILTER (WHERE source = 'gas') > 0 AS gas,
        count(*) FILTER (WHERE source = 'nhis') > 0 AS nhis,
        count(*) FILTER (WHERE source = 'nps') > 0 AS nps,
        count(*) FILTER (WHERE source = 'kcomwel') > 0 AS kcomwel,
        count(*) FILTER (WHERE source = 'indicator') > 0 AS indicator
    FROM core_source_clock
    WHERE files > 0
),

-- A dong of which coverage tells nothing is seen if its source has come.
unseen AS (
    SELECT dong_code, list(source ORDER BY source) AS sources
    FROM core_coverage_now
    WHERE NOT is_observed
    GROUP BY dong_code
),

home AS (
    SELECT
        h.household_id,
        coalesce(h.home_kind, 'unknown') <> 'apartment' AS has_meters,
        coalesce(u.sources, []) AS unseen
    FROM core_household AS h
    LEFT JOIN unseen AS u ON u.dong_code = h.current_dong_code
)

SELECT
    h.household_id,
    a.kepco AND h.has_meters AND NOT list_contains(h.unseen, 'kepco') AS kepco,
    a.water AND h.has_meters AND NOT list_contains(h.unseen, 'water') AS water,
    a.gas AND NOT list_contains(h.unseen, 'gas') AS gas,
    a.nhis AND NOT list_contains(h.unseen, 'nhis') AS nhis,
    a.nps AND NOT list_contains(h.unseen, 'nps') AS nps,
    a.kcomwel AND NOT list_contains(h.unseen, 'kcomwel') AS kcomwel,
    a.indicator AND NOT list_contains(h.unseen, 'indicator') AS indicator
FROM home AS h
CROSS JOIN arrived AS a
ORDER BY h.household_id
