-- grain: round, household_id
-- params: round, as_of
-- home: temp
-- why: what a notebook needs to ask how a round was ranked: no name, address, phone or birth date, and nobody whose address is protected or whose processing was stopped
SELECT
    scored.round, scored.as_of, scored.household_id,
    home.current_dong_code AS dong_code,
    coalesce(team.hub_code, team.dong_code) AS unit,
    scored.model, scored.score, scored.band,
    scored.reason_1, scored.reason_2, scored.reason_3,
    coalesce(eligible.is_eligible, false) AS is_eligible,
    listed.slot_kind, listed.route, listed.rank_in_unit, listed.must_code,
    drawn.stratum, drawn.probability AS sample_probability
FROM out_score AS scored
INNER JOIN core_household AS home
    ON scored.household_id = home.household_id AND NOT coalesce(home.is_protected, false)
ANTI JOIN core_processing_stop AS stopped ON scored.household_id = stopped.household_id
LEFT JOIN core_team AS team ON home.current_dong_code = team.dong_code
LEFT JOIN out_eligibility AS eligible
    ON scored.household_id = eligible.household_id AND eligible.round = $round
LEFT JOIN (
    SELECT household_id, slot_kind, route, rank_in_unit, must_code
    FROM out_referral
    WHERE round = $round AND as_of = $as_of
    QUALIFY row_number() OVER (PARTITION BY household_id ORDER BY referral_id) = 1
) AS listed ON scored.household_id = listed.household_id
LEFT JOIN out_sample AS drawn
    ON scored.household_id = drawn.household_id AND drawn.round = $round
WHERE scored.round = $round AND scored.as_of = $as_of
ORDER BY scored.household_id
