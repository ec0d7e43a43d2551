-- grain: household_id
-- params: none
-- home: temp
-- why: an apartment's power and water are in its 관리비, and a source that never came
--      could see nobody: there, no row is not a zero
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
)

SELECT
    h.household_id,
    a.kepco AND coalesce(h.home_kind, 'unknown') <> 'apartment' AS kepco,
    a.water AND coalesce(h.home_kind, 'unknown') <> 'apartment' AS water,
    a.gas,
    a.nhis,
    a.nps,
    a.kcomwel,
    a.indicator
FROM core_household AS h
CROSS JOIN arrived AS a
ORDER BY h.household_id
