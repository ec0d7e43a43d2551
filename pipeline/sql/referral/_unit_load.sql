-- grain: one row per unit that works a list
-- params: round
-- home: temp
-- why: a list is short for want of places or for want of eligible households; the report shows both
WITH member AS (
    SELECT
        coalesce(team.hub_code, team.dong_code) AS unit, team.dong_code,
        named.dong_name
    FROM core_team AS team
    JOIN _export_dong AS named ON named.dong_code = team.dong_code
),
eligible AS (
    SELECT member.unit, count(*) AS households
    FROM out_eligibility AS decided
    JOIN core_household AS household USING (household_id)
    JOIN member ON member.dong_code = household.current_dong_code
    WHERE decided.round = $round AND decided.is_eligible
    GROUP BY member.unit
),
listed AS (
    SELECT member.unit, count(*) AS households
    FROM out_referral AS referral
    JOIN member ON member.dong_code = referral.dong_code
    WHERE referral.round = $round AND referral.route = 'team'
    GROUP BY member.unit
),
named AS (
    SELECT unit, string_agg(dong_name, ', ' ORDER BY dong_code) AS dongs
    FROM member
    GROUP BY unit
)
SELECT
    _unit.unit, named.dongs, CAST(_unit.fte AS DOUBLE) AS fte, _unit.slots AS places,
    coalesce(eligible.households, 0) AS eligible,
    coalesce(listed.households, 0) AS listed
FROM _unit
JOIN named USING (unit)
LEFT JOIN eligible USING (unit)
LEFT JOIN listed USING (unit)
