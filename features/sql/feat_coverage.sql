-- grain: household_id
-- params: none
-- home: temp
-- why: what could have been seen of a home decides how much its zeros mean; nothing
--      here looks at the home's own arrears, so no arrears can move it
WITH fresh AS (
    SELECT
        count(*) FILTER (WHERE source IN ('kepco', 'water')) AS blind_in_apartments,
        count(*) FILTER (WHERE source IN ('gas', 'nhis')) AS seen_everywhere
    FROM core_source_clock
    WHERE files > 0 AND NOT is_stale
)

SELECT
    h.household_id,
    CASE WHEN h.home_kind = 'apartment' THEN 1 ELSE 0 END AS is_utility_blind,
    f.seen_everywhere
    + CASE WHEN h.home_kind = 'apartment' THEN 0 ELSE f.blind_in_apartments END
        AS sources_observable
FROM core_household AS h
CROSS JOIN fresh AS f
ORDER BY h.household_id
