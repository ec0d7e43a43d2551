-- grain: household_id
-- params: as_of, crisis_level, crisis_months
-- why: a survey found the highest level, no later one found less, and nobody has met them since
WITH placed AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY household_id ORDER BY found_on DESC, crisis_level DESC
        ) AS turn
    FROM core_survey
)
SELECT fact.household_id, strftime(placed.found_on, '%Y-%m-%d') || ' 조사' AS detail_ko
FROM placed
JOIN _policy_fact AS fact ON fact.household_id = placed.household_id
WHERE placed.turn = 1 AND placed.crisis_level >= CAST($crisis_level AS INTEGER)
  AND (fact.contacted_on IS NULL OR fact.contacted_on <= placed.found_on)
  AND year(placed.found_on) * 12 + month(placed.found_on)
  >= year($as_of) * 12 + month($as_of) - CAST($crisis_months AS INTEGER)
