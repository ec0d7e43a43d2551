-- grain: round
-- params: none
-- home: temp
-- why: how unevenly the teams of a hub are loaded: one minus the least by the greatest number of referrals per full-time officer, of the worst hub. Teams are those of today's roster.
WITH work AS (
    SELECT round, worked_by, count(*) AS referrals
    FROM out_referral
    WHERE route = 'team' AND worked_by IS NOT NULL
    GROUP BY round, worked_by
),
team AS (
    SELECT
        r.round, t.hub_code, coalesce(w.referrals, 0) / CAST(t.fte AS DOUBLE) AS load
    FROM (SELECT DISTINCT round FROM work) AS r
    CROSS JOIN core_team AS t
    LEFT JOIN work AS w ON r.round = w.round AND t.dong_code = w.worked_by
    WHERE t.hub_code IS NOT NULL AND t.fte > 0 AND t.weekly_cases > 0
),
hub AS (
    SELECT round, hub_code, 1 - min(load) / max(load) AS spread
    FROM team
    GROUP BY round, hub_code
    HAVING count(*) > 1 AND max(load) > 0
)
SELECT round, round(max(spread), 4) AS load_spread FROM hub GROUP BY round
