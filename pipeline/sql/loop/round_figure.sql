-- grain: round
-- params: none
-- why: each round in figures: what became of its listings, and how it stands to those before. Counts are exact; shares are made of them outside.
SELECT
    l.round, min(l.listed_on) AS listed_on, count(*) AS listed,
    count(*) FILTER (l.disposition = 'met') AS met,
    count(*) FILTER (l.disposition = 'locate') AS locate,
    count(*) FILTER (l.disposition = 'carried') AS carried,
    count(*) FILTER (l.disposition = 'routed') AS routed,
    count(*) FILTER (
        l.result_code IS NOT NULL OR l.attempts > 0 OR l.contacted_on IS NOT NULL
    ) AS returned,
    count(*) FILTER (starts_with(l.result_code, 'S')) AS supported,
    count(*) FILTER (l.is_repeat) AS repeated,
    count(*) FILTER (l.route = 'team') AS by_team,
    count(*) FILTER (l.route = 'team' AND l.unmet_before >= 2 AND NOT l.has_step)
        AS repeated_blindly,
    quantile_disc(l.contacted_on - l.listed_on, 0.5)
        FILTER (l.disposition = 'met' AND l.contacted_on >= l.listed_on) AS days_to_contact,
    any_value(t.load_spread) AS load_spread
FROM _listing_before AS l
LEFT JOIN _team_load AS t ON l.round = t.round AND l.source = 'result'
GROUP BY l.round
ORDER BY listed_on, l.round
