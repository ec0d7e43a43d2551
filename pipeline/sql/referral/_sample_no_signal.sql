-- grain: one row per household without a sign that the sample may reach
-- params: round, as_of, no_signal_basis, cooling_off_days
-- home: temp
-- why: households of which nothing was seen are looked at only where the office has written down the law that allows it; whoever was met lately is left in peace
WITH met AS (
    SELECT DISTINCT household_id
    FROM core_event
    WHERE event_type = 'contact' AND known_on < $as_of
      AND occurred_on < $as_of
      AND occurred_on >= $as_of - CAST($cooling_off_days AS INTEGER)
)
SELECT
    decided.household_id,
    household.current_dong_code AS dong_code,
    team.hub_code,
    coalesce(team.hub_code, team.dong_code) AS unit,
    round(scored.score, 6) AS score
FROM out_eligibility AS decided
JOIN core_household AS household ON household.household_id = decided.household_id
JOIN core_team AS team ON team.dong_code = household.current_dong_code
LEFT JOIN out_score AS scored
    ON scored.household_id = decided.household_id
    AND scored.round = decided.round
    AND scored.as_of = $as_of
ANTI JOIN met ON met.household_id = decided.household_id
WHERE decided.round = $round
  AND decided.reason = 'NO_SIGNAL'
  AND trim($no_signal_basis) <> ''
