-- grain: one row per referral of the round
-- params: round, as_of
-- home: temp
-- why: to whom each goes: the places of the teams, must-visits beyond them to the city's team, and what is no team's: open cases with news to their managers, institutions, and protected addresses to the one officer named for them
WITH sign AS (
    SELECT DISTINCT household_id
    FROM core_event
    WHERE known_on < $as_of
      AND event_type NOT IN (
          'listing', 'contact', 'nps_exempt', 'benefit_receiving', 'case_open',
          'visit_active'
      )
      AND (
          is_current
          OR year(coalesce(restored_on, occurred_on)) * 12
          + month(coalesce(restored_on, occurred_on))
          >= year($as_of) * 12 + month($as_of) - 12
      )
),
-- The rule names whose news it is; a protected address only where an officer is named.
routed AS (
    SELECT DISTINCT
        decided.household_id,
        CASE decided.reason
            WHEN 'CASE_MANAGED' THEN 'case_manager'
            WHEN 'INSTITUTION' THEN 'institution'
            ELSE 'protected_officer'
        END AS route,
        household.current_dong_code AS dong_code
    FROM out_eligibility AS decided
    JOIN _policy AS asked
        ON asked.household_id = decided.household_id
        AND asked.kind = 'route'
        AND asked.rule = CASE decided.reason
            WHEN 'PROTECTED_ADDRESS' THEN 'PROTECTED' ELSE decided.reason
        END
    JOIN core_household AS household ON household.household_id = decided.household_id
    -- A household of another town is that town's to look after.
    JOIN core_team AS team ON team.dong_code = household.current_dong_code
    JOIN sign ON sign.household_id = decided.household_id
    WHERE decided.round = $round
      AND decided.reason IN ('CASE_MANAGED', 'INSTITUTION', 'PROTECTED_ADDRESS')
)
SELECT
    household_id, dong_code, hub_code, unit, 'team' AS route, slot_kind, worked_by,
    rank_in_unit, rank_in_dong, must_code, stratum, score, last_contact_on, campaign
FROM _place
UNION ALL
SELECT
    candidate.household_id, candidate.dong_code, candidate.hub_code, candidate.unit,
    'city_team', NULL, NULL, NULL, NULL, candidate.must_code, NULL, candidate.score,
    candidate.last_contact_on, NULL
FROM _place_candidate AS candidate
JOIN _place_quota AS quota ON quota.unit = candidate.unit
WHERE candidate.queue = 'must' AND candidate.turn > quota.must_listed
UNION ALL
SELECT
    routed.household_id,
    -- Where a protected household lives is told to nobody, its dong neither.
    CASE WHEN routed.route <> 'protected_officer' THEN routed.dong_code END,
    CASE WHEN routed.route <> 'protected_officer' THEN team.hub_code END,
    NULL, routed.route, NULL, NULL, NULL, NULL, NULL, NULL,
    round(scored.score, 6), NULL, NULL
FROM routed
JOIN core_team AS team ON team.dong_code = routed.dong_code
LEFT JOIN out_score AS scored
    ON scored.household_id = routed.household_id
    AND scored.round = $round
    AND scored.as_of = $as_of
