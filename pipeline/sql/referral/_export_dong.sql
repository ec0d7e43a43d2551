-- grain: one row per dong that gets a list
-- params: none
-- home: temp
-- why: every dong with a team row gets a file, an empty one too; a dong without own staff shows the team of its hub
WITH hub_team AS (
    SELECT unit, dong_code, team_name
    FROM (
        SELECT
            coalesce(hub_code, dong_code) AS unit, dong_code, team_name,
            row_number() OVER (
                PARTITION BY coalesce(hub_code, dong_code) ORDER BY fte DESC, dong_code
            ) AS place
        FROM core_team
        WHERE fte > 0
    ) AS placed
    WHERE place = 1
)
SELECT
    team.dong_code,
    coalesce(dong.dong_name, team.dong_code) AS dong_name,
    coalesce(team.hub_code, team.dong_code) AS unit,
    -- The dong whose team it is: a team's own name is often that of every team.
    CASE WHEN team.fte > 0 THEN team.dong_code
         ELSE coalesce(hub_team.dong_code, team.dong_code) END AS team_code,
    CASE WHEN team.fte > 0 THEN team.team_name
         ELSE coalesce(hub_team.team_name, team.team_name) END AS team_name
FROM core_team AS team
LEFT JOIN hub_team ON hub_team.unit = coalesce(team.hub_code, team.dong_code)
LEFT JOIN core_dong AS dong ON dong.dong_code = team.dong_code AND dong.is_live
ORDER BY team.dong_code
