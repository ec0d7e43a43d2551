-- grain: one row per unit of the round
-- params: round
-- home: temp
-- why: places and who takes them, for whoever leads the teams; scores stay in the warehouse
WITH named AS (
    SELECT
        coalesce(team.hub_code, team.dong_code) AS unit,
        string_agg(coalesce(dong.dong_name, team.dong_code), ', ' ORDER BY team.dong_code)
            AS dong_names
    FROM core_team AS team
    LEFT JOIN core_dong AS dong ON dong.dong_code = team.dong_code AND dong.is_live
    GROUP BY coalesce(team.hub_code, team.dong_code)
)
SELECT
    placed.round, placed.unit, coalesce(named.dong_names, placed.unit) AS dong_names,
    placed.teams, CAST(placed.fte AS DECIMAL(8, 2)) AS fte, placed.slots,
    placed.must_listed, placed.locate_listed, placed.rank_listed, placed.sample_listed,
    coalesce(placed.campaign_listed, 0) AS campaign_listed,
    placed.eligible, placed.below_line, placed.must_wanted, placed.must_to_city,
    placed.locate_wanted, placed.carried
FROM out_unit AS placed
LEFT JOIN named ON named.unit = placed.unit
WHERE placed.round = $round
