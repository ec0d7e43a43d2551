-- grain: one row per unit that works a list: a hub, or a dong that has its own team
-- params: weeks
-- home: temp
-- why: a hub serves several dongs with one workforce, so places are counted per hub; a dong with FTE 0 adds a list to write, not a place
SELECT
    coalesce(hub_code, dong_code) AS unit,
    count(*) AS dongs,
    CAST(sum(CASE WHEN fte > 0 THEN 1 ELSE 0 END) AS BIGINT) AS teams,
    sum(fte) AS fte,
    -- floor per team, as the teams do: half a case left over in one team is no
    -- place in another.
    CAST(sum(CASE WHEN fte > 0 THEN floor(fte * weekly_cases * CAST($weeks AS INTEGER)) ELSE 0 END) AS BIGINT) AS slots
FROM core_team
GROUP BY coalesce(hub_code, dong_code)
ORDER BY unit
