-- grain: one row per household that the sample may draw
-- params: none
-- home: temp
-- why: the line of the draw: below the line with a sign, size by score but never under a tenth of the unit's mean, then those without a sign, all of one size; in order of score, so that a draw spreads over all heights
WITH below AS (
    SELECT
        candidate.unit, candidate.household_id, 1 AS stratum_no, candidate.score,
        greatest(CAST(round(candidate.score * 1000000) AS BIGINT), 0) AS points
    FROM _place_candidate AS candidate
    JOIN _place_quota AS quota ON quota.unit = candidate.unit
    WHERE (candidate.queue = 'rank' AND candidate.turn > quota.rank_listed)
       OR (candidate.queue = 'locate' AND candidate.turn > quota.locate_listed)
),
floored AS (
    SELECT
        unit,
        greatest(CAST(sum(points) AS BIGINT) // (10 * count(*)), 1) AS least_points
    FROM below
    GROUP BY unit
),
frame AS (
    SELECT
        below.unit, below.household_id, below.stratum_no, below.score,
        greatest(below.points, floored.least_points) AS points
    FROM below
    JOIN floored ON floored.unit = below.unit
    UNION ALL
    SELECT unit, household_id, 2, NULL, 1
    FROM _sample_no_signal
)
SELECT
    unit, household_id, stratum_no,
    CASE WHEN stratum_no = 1 THEN 'signal' ELSE 'no_signal' END AS stratum, points,
    row_number() OVER (
        PARTITION BY unit ORDER BY stratum_no, score DESC, household_id
    ) AS turn
FROM frame
