-- grain: household_id
-- params: as_of, crisis_level, crisis_months
-- why: a survey found the highest level, no later one found less, and nobody has met them since
WITH found AS (
    SELECT household_id, coalesce(contacted_on, result_on) AS found_on, crisis_level
    FROM core_listing
    WHERE crisis_level IS NOT NULL AND returned_known_on < $as_of
    UNION ALL
    SELECT
        person.household_id, coalesce(told.surveyed_on, told.opened_on),
        told.crisis_level
    FROM stg_case_management AS told
    JOIN core_person_key AS person ON person.person_key = told.person_key
    WHERE told.crisis_level IS NOT NULL AND told.known_on < $as_of
),
placed AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY household_id ORDER BY found_on DESC, crisis_level DESC
        ) AS turn
    FROM found
)
SELECT fact.household_id, strftime(placed.found_on, '%Y-%m-%d') || ' 조사' AS detail_ko
FROM placed
JOIN _policy_fact AS fact ON fact.household_id = placed.household_id
WHERE placed.turn = 1 AND placed.crisis_level >= CAST($crisis_level AS INTEGER)
  AND (fact.contacted_on IS NULL OR fact.contacted_on <= placed.found_on)
  AND year(placed.found_on) * 12 + month(placed.found_on)
  >= year($as_of) * 12 + month($as_of) - CAST($crisis_months AS INTEGER)
