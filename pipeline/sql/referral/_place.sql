-- grain: one row per household on a list of the round
-- params: none
-- home: temp
-- why: who of the unit works it: the own dong's team first, up to its part; the rest goes to the team with most room
WITH own AS (
    SELECT
        listed.household_id, listed.unit, listed.rank_in_unit,
        CASE WHEN listed.rank_in_dong <= team.households THEN team.dong_code END
            AS worked_by
    FROM _place_listed AS listed
    LEFT JOIN _place_team AS team ON team.dong_code = listed.dong_code
),
taken AS (
    SELECT worked_by, count(*) AS households
    FROM own
    WHERE worked_by IS NOT NULL
    GROUP BY worked_by
),
room AS (
    SELECT
        team.unit, team.dong_code,
        unnest(range(team.households - coalesce(taken.households, 0))) + 1 AS room
    FROM _place_team AS team
    LEFT JOIN taken ON taken.worked_by = team.dong_code
),
-- A team with k places free is asked when k is the most, then with k - 1, and so on.
free AS (
    SELECT
        unit, dong_code,
        row_number() OVER (PARTITION BY unit ORDER BY room DESC, dong_code) AS turn
    FROM room
),
waiting AS (
    SELECT
        household_id, unit,
        row_number() OVER (PARTITION BY unit ORDER BY rank_in_unit) AS turn
    FROM own
    WHERE worked_by IS NULL
)
SELECT
    listed.household_id, listed.dong_code, listed.hub_code, listed.unit, listed.score,
    listed.last_contact_on, listed.must_code, listed.slot_kind, listed.stratum,
    listed.campaign,
    listed.rank_in_unit, listed.rank_in_dong,
    coalesce(own.worked_by, free.dong_code) AS worked_by
FROM _place_listed AS listed
JOIN own ON own.household_id = listed.household_id
LEFT JOIN waiting ON waiting.household_id = listed.household_id
LEFT JOIN free ON free.unit = waiting.unit AND free.turn = waiting.turn
