-- grain: one row per household on a list of the round
-- params: round, as_of
-- home: temp
-- why: places go to the highest scores of the whole unit; equal scores (to 6 places) to the longest without contact, never contacted first, then by household_id
-- Only narrow keys are sorted; what the list shows is joined to the winners later.
WITH contacted AS (
    SELECT household_id, max(occurred_on) AS last_contact_on
    FROM core_event
    WHERE event_type = 'contact' AND known_on < $as_of AND occurred_on < $as_of
    GROUP BY household_id
),
candidate AS (
    SELECT
        eligible.household_id,
        household.current_dong_code AS dong_code,
        team.hub_code,
        coalesce(team.hub_code, team.dong_code) AS unit,
        round(scored.score, 6) AS score,
        contacted.last_contact_on
    FROM out_eligibility AS eligible
    JOIN out_score AS scored
        ON scored.household_id = eligible.household_id
        AND scored.round = eligible.round
        AND scored.as_of = $as_of
    JOIN core_household AS household
        ON household.household_id = eligible.household_id
    JOIN core_team AS team ON team.dong_code = household.current_dong_code
    LEFT JOIN contacted ON contacted.household_id = eligible.household_id
    WHERE eligible.round = $round AND eligible.is_eligible
),
in_unit AS (
    SELECT
        *,
        CAST(row_number() OVER (
            PARTITION BY unit
            ORDER BY score DESC, last_contact_on ASC NULLS FIRST, household_id
        ) AS INTEGER) AS rank_in_unit
    FROM candidate
),
listed AS (
    SELECT in_unit.*
    FROM in_unit
    JOIN _unit ON _unit.unit = in_unit.unit
    WHERE in_unit.rank_in_unit <= _unit.slots
)
SELECT
    *,
    CAST(row_number() OVER (PARTITION BY dong_code ORDER BY rank_in_unit) AS INTEGER)
        AS rank_in_dong
FROM listed
