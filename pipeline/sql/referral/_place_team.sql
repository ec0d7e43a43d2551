-- grain: one row per team with staff
-- params: weeks
-- home: temp
-- why: how many of its unit's listed households a team works: its part of the unit's places, by largest remainder, so that nobody in a hub works more per head than another
WITH team AS (
    SELECT
        coalesce(hub_code, dong_code) AS unit, dong_code,
        CAST(floor(fte * weekly_cases * CAST($weeks AS INTEGER)) AS BIGINT) AS slots
    FROM core_team
    WHERE fte > 0
),
listed AS (
    SELECT unit, count(*) AS households FROM _place_listed GROUP BY unit
),
part AS (
    SELECT
        team.unit, team.dong_code, listed.households,
        listed.households * team.slots // _unit.slots AS whole,
        listed.households * team.slots % _unit.slots AS remainder
    FROM team
    JOIN listed ON listed.unit = team.unit
    JOIN _unit ON _unit.unit = team.unit
),
counted AS (
    SELECT
        *,
        households - CAST(sum(whole) OVER (PARTITION BY unit) AS BIGINT) AS left_over,
        row_number() OVER (
            PARTITION BY unit ORDER BY remainder DESC, dong_code
        ) AS turn
    FROM part
)
SELECT
    unit, dong_code,
    whole + CASE WHEN turn <= left_over THEN 1 ELSE 0 END AS households
FROM counted
