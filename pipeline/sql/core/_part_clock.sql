-- grain: source, part
-- params: as_of
-- home: temp
-- why: the last day that each complete snapshot speaks of. An empty file of a whole source counts (nothing to report); a dong missing from a water file was not reported, which ends nothing.
WITH last_day AS (
    SELECT source, '' AS part, last_ref_date
    FROM core_source_clock
    WHERE source IN ('kepco', 'gas', 'nhis', 'nps', 'kcomwel')
    UNION ALL
    SELECT 'water', waterworks_dong, max(ref_date)
    FROM stg_water
    GROUP BY waterworks_dong
)
SELECT
    source, part, last_ref_date,
    date_diff('day', last_ref_date, $as_of) > 62 AS is_stale
FROM last_day
