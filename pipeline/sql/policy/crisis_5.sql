-- grain: household_id
-- params: as_of, crisis_level, crisis_months
-- why: the highest level was found by a survey and nobody has met them since
WITH found AS (
    SELECT household_id, coalesce(contacted_on, result_on) AS found_on
    FROM core_listing
    WHERE crisis_level >= CAST($crisis_level AS INTEGER) AND returned_known_on < $as_of
    UNION ALL
    SELECT person.household_id, coalesce(told.surveyed_on, told.opened_on)
    FROM stg_case_management AS told
    JOIN core_person_key AS person ON person.person_key = told.person_key
    WHERE told.crisis_level >= CAST($crisis_level AS INTEGER)
      AND told.known_on < $as_of
),
newest AS (
    SELECT household_id, max(found_on) AS found_on
    FROM found
    GROUP BY household_id
)
SELECT fact.household_id, strftime(newest.found_on, '%Y-%m-%d') || ' 조사' AS detail_ko
FROM newest
JOIN _policy_fact AS fact ON fact.household_id = newest.household_id
WHERE (fact.contacted_on IS NULL OR fact.contacted_on <= newest.found_on)
  AND year(newest.found_on) * 12 + month(newest.found_on)
  >= year($as_of) * 12 + month($as_of) - CAST($crisis_months AS INTEGER)
