-- grain: round
-- params: none
-- home: temp
-- why: how unevenly the teams of a hub are loaded: one minus the least by the greatest number of referrals per full-time officer, of the worst hub. Teams are those of the roster that was known on the round's day: today's would tell what later changes made of it.
WITH work AS (
    SELECT round, worked_by, count(*) AS referrals
    FROM out_referral
    WHERE route = 'team' AND worked_by IS NOT NULL
    GROUP BY round, worked_by
),
day AS (
    SELECT round, max(as_of) AS as_of FROM out_referral GROUP BY round
),
roster AS (
    -- The same file that core_visible_file and core_team took then.
    SELECT d.round, d.as_of, f.file_id
    FROM day AS d
    INNER JOIN core_file AS f ON f.source = 'team' AND f.known_on < d.as_of
    QUALIFY
        row_number() OVER (
            PARTITION BY d.round
            ORDER BY f.ref_date DESC, f.known_on DESC, f.version DESC, f.file_id DESC
        ) = 1
),
serving AS (
    SELECT r.round, t.dong_code, t.hub_code, t.fte, t.weekly_cases
    FROM roster AS r
    INNER JOIN acc_team AS t ON r.file_id = t.file_id
    WHERE t.starts_on <= r.as_of AND (t.ends_on IS NULL OR t.ends_on >= r.as_of)
    QUALIFY
        row_number() OVER (
            PARTITION BY r.round, t.dong_code ORDER BY t.starts_on DESC
        ) = 1
),
team AS (
    SELECT
        s.round, s.hub_code, coalesce(w.referrals, 0) / CAST(s.fte AS DOUBLE) AS load
    FROM serving AS s
    LEFT JOIN work AS w ON s.round = w.round AND s.dong_code = w.worked_by
    WHERE s.hub_code IS NOT NULL AND s.fte > 0 AND s.weekly_cases > 0
),
hub AS (
    SELECT round, hub_code, 1 - min(load) / max(load) AS spread
    FROM team
    GROUP BY round, hub_code
    HAVING count(*) > 1 AND max(load) > 0
)
SELECT round, round(max(spread), 4) AS load_spread FROM hub GROUP BY round
