-- grain: one row per unit that works a list
-- params: round
-- home: temp
-- why: the account of a round's places: every eligible household is on the list, with the city's team or below the line
WITH listed AS (
    SELECT
        unit,
        count(*) AS households,
        count(CASE WHEN slot_kind = 'sample' AND stratum = 'signal' THEN 1 END)
            AS sampled_eligible,
        -- Whom a campaign moved up got no place by the score.
        min(CASE WHEN slot_kind = 'rank' AND campaign IS NULL THEN score END)
            AS score_at_line,
        count(campaign) AS campaign_listed
    FROM _place
    GROUP BY unit
),
drawn_unmet AS (
    SELECT drawn.unit, count(*) AS households
    FROM _sample AS drawn
    JOIN _place_candidate AS candidate
        ON candidate.household_id = drawn.household_id
    WHERE candidate.queue = 'locate'
    GROUP BY drawn.unit
)
SELECT
    $round AS round, quota.unit,
    CAST(_unit.dongs AS INTEGER) AS dongs, CAST(_unit.teams AS INTEGER) AS teams,
    CAST(_unit.fte AS DOUBLE) AS fte, quota.slots,
    quota.must_wanted + quota.locate_wanted + quota.rank_wanted AS eligible,
    quota.locate_wanted - quota.locate_listed + quota.rank_wanted - quota.rank_listed
    - coalesce(listed.sampled_eligible, 0) AS below_line,
    quota.must_wanted, quota.must_listed,
    quota.must_wanted - quota.must_listed AS must_to_city,
    quota.locate_wanted, quota.locate_listed, quota.rank_listed, quota.sample_listed,
    quota.locate_wanted - quota.locate_listed - coalesce(drawn_unmet.households, 0)
        AS carried,
    listed.score_at_line, coalesce(listed.campaign_listed, 0) AS campaign_listed
FROM _place_quota AS quota
JOIN _unit ON _unit.unit = quota.unit
LEFT JOIN listed ON listed.unit = quota.unit
LEFT JOIN drawn_unmet ON drawn_unmet.unit = quota.unit
