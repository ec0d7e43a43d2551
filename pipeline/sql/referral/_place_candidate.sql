-- grain: one row per eligible household of a unit
-- params: round, as_of, campaign_share
-- home: temp
-- why: in which queue a household waits (must, locate or rank) and its turn there; a must rule goes before being to be located, so that whom nobody met does not lose its place. A campaign moves the first of whom it fits, up to its share of the unit's places, to the front of the rank queue: `score_turn` is the turn that they would have without it.
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
        campaign.campaign,
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
    LEFT JOIN _campaign AS campaign ON campaign.household_id = eligible.household_id
    LEFT JOIN core_locate AS locate
        ON locate.household_id = eligible.household_id AND locate.state <> 'parked'
    WHERE eligible.round = $round AND eligible.is_eligible
),
turned AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY unit, queue
            ORDER BY
                CASE WHEN queue = 'must' THEN must_place END,
                CASE WHEN queue = 'locate' THEN unmet END DESC NULLS LAST,
                score DESC, last_contact_on ASC NULLS FIRST, household_id
        ) AS score_turn
    FROM candidate
),
fitting AS (
    SELECT
        turned.*,
        -- round() first: 0.29 x 100 is 28.999999999999996 in a machine's numbers.
        coalesce(
            queue = 'rank' AND campaign IS NOT NULL
            AND row_number() OVER (
                PARTITION BY turned.unit, queue, campaign IS NULL ORDER BY score_turn
            ) <= floor(round($campaign_share * _unit.slots, 6)), FALSE
        ) AS is_moved_up
    FROM turned
    LEFT JOIN _unit ON _unit.unit = turned.unit
)
SELECT
    household_id, dong_code, hub_code, unit, score, last_contact_on, must_code, queue,
    campaign, score_turn,
    row_number() OVER (
        PARTITION BY unit, queue ORDER BY is_moved_up DESC, score_turn
    ) AS turn
FROM fitting
