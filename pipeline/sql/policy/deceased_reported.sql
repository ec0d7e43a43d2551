-- grain: household_id
-- params: as_of
-- why: an officer found that the only one registered has died and the register does not know yet; with others in the home the household stays
WITH died AS (
    SELECT household_id, max(coalesce(result_on, listed_on)) AS told_on
    FROM core_listing
    WHERE result_code = 'D1' AND returned_known_on < $as_of
    GROUP BY household_id
),
met AS (
    SELECT household_id, max(contacted_on) AS met_on
    FROM core_listing
    WHERE result_code IS DISTINCT FROM 'D1' AND returned_known_on < $as_of
    GROUP BY household_id
)
SELECT fact.household_id, CAST(NULL AS VARCHAR) AS detail_ko
FROM died
JOIN _policy_fact AS fact ON fact.household_id = died.household_id
LEFT JOIN met ON met.household_id = died.household_id
WHERE fact.members_alive = 1
  -- Whoever was spoken to afterwards was not the one who died.
  AND (met.met_on IS NULL OR met.met_on <= died.told_on)
