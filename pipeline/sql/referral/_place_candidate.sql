-- grain: one row per eligible household of a unit
-- params: round, as_of
-- home: temp
-- why: in which queue a household waits (must, locate or rank) and its turn there; a must rule goes before being to be located, so that whom nobody met does not lose its place
-- Only narrow keys are sorted; what the list shows is joined to the winners later.
WITH contacted AS (
    SELECT household_id, max(occurred_on) AS last_contact_on
    FROM core_event
    WHERE event_type = 'contact' AND known_on < $as_of AND occurred_on < $as_of
    GROUP BY household_id
),
must AS (
    SELECT household_id, rule AS must_code, place AS must_place
    FROM (
        SELECT
            household_id, rule, place,
            row_number() OVER (PARTITION BY household_id ORDER BY place, rule) AS turn
        FROM _policy
        WHERE kind = 'must'
    ) AS rules
    WHERE turn = 1
),
candidate AS (
    SELECT
        eligible.household_id,
        household.current_dong_code AS dong_code,
        team.hub_code,
        coalesce(team.hub_code, team.dong_code) AS unit,
        round(scored.score, 6) AS score,
        contacted.last_contact_on,
        must.must_code,
        must.must_place,
        locate.unmet,
        CASE WHEN must.household_id IS NOT NULL THEN 'must'
             WHEN locate.household_id IS NOT NULL THEN 'locate'
             ELSE 'rank' END AS queue
    FROM out_eligibility AS eligible
    JOIN out_score AS scored
        ON scored.household_id = eligible.household_id
        AND scored.round = eligible.round
        AND scored.as_of = $as_of
    JOIN core_household AS household
        ON household.household_id = eligible.household_id
    JOIN core_team AS team ON team.dong_code = household.current_dong_code
    LEFT JOIN contacted ON contacted.household_id = eligible.household_id
    LEFT JOIN must ON must.household_id = eligible.household_id
    LEFT JOIN core_locate AS locate
        ON locate.household_id = eligible.household_id AND locate.state <> 'parked'
    WHERE eligible.round = $round AND eligible.is_eligible
)
SELECT
    household_id, dong_code, hub_code, unit, score, last_contact_on, must_code, queue,
    row_number() OVER (
        PARTITION BY unit, queue
        ORDER BY
            CASE WHEN queue = 'must' THEN must_place END,
            CASE WHEN queue = 'locate' THEN unmet END DESC NULLS LAST,
            score DESC, last_contact_on ASC NULLS FIRST, household_id
    ) AS turn
FROM candidate
