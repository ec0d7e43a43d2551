-- grain: household_id
-- params: none
-- home: temp
-- why: what could have been seen of a home decides how much its zeros mean: sources that
--      are fresh, tell of its dong, and of its kind of home
WITH fresh AS (
    SELECT source, source IN ('kepco', 'water') AS is_blind_in_apartments
    FROM core_source_clock
    WHERE
        files > 0 AND NOT is_stale AND source IN ('kepco', 'water', 'gas', 'nhis')
),

arrived AS (
    SELECT
        count(*) AS sources,
        count(*) FILTER (WHERE is_blind_in_apartments) AS blind_in_apartments,
        count(*) FILTER (WHERE source = 'water') AS water,
        count(*) FILTER (WHERE source = 'gas') AS gas
    FROM fresh
),

unseen AS (
    SELECT
        n.dong_code,
        count(*) AS sources,
        count(*) FILTER (WHERE f.is_blind_in_apartments) AS blind_in_apartments,
        count(*) FILTER (WHERE f.source = 'water') AS water,
        count(*) FILTER (WHERE f.source = 'gas') AS gas
    FROM core_coverage_now AS n
    INNER JOIN fresh AS f ON n.source = f.source
    WHERE NOT n.is_observed
    GROUP BY n.dong_code
)

SELECT
    h.household_id,
    CASE WHEN h.home_kind = 'apartment' THEN 1 ELSE 0 END AS is_utility_blind,
    a.sources - coalesce(u.sources, 0)
    - CASE WHEN h.home_kind = 'apartment'
        THEN a.blind_in_apartments - coalesce(u.blind_in_apartments, 0) ELSE 0 END
        AS sources_observable,
    CAST(a.water = coalesce(u.water, 0) AS INTEGER) AS is_water_unreported,
    CAST(a.gas = coalesce(u.gas, 0) AS INTEGER) AS is_gas_unreported
FROM core_household AS h
CROSS JOIN arrived AS a
LEFT JOIN unseen AS u ON u.dong_code = h.current_dong_code
ORDER BY h.household_id
