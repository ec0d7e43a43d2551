-- grain: household_id
-- params: campaign, reason_ko, sources_any, home_any
-- home: temp
-- why: whom the round's campaign fits: a sign in force of one of its sources, and one of its kinds of household, where it names any. More or worse signs never take a household out of it.
SELECT
    fact.household_id, CAST($campaign AS VARCHAR) AS campaign,
    CAST($reason_ko AS VARCHAR) AS reason_ko
FROM _policy_fact AS fact
WHERE CAST($campaign AS VARCHAR) IS NOT NULL
  AND (
      len(CAST($sources_any AS VARCHAR[])) = 0
      OR fact.household_id IN (
          SELECT household_id
          FROM _policy_sign
          WHERE is_current AND list_contains(
              CAST($sources_any AS VARCHAR[]), split_part(event_type, '_', 1)
          )
      )
  )
  AND (
      len(CAST($home_any AS VARCHAR[])) = 0
      OR (list_contains(CAST($home_any AS VARCHAR[]), 'alone') AND fact.members = 1)
      OR (list_contains(CAST($home_any AS VARCHAR[]), 'alone_65') AND fact.is_alone_aged)
      OR (list_contains(CAST($home_any AS VARCHAR[]), 'child') AND fact.children > 0)
      OR (list_contains(CAST($home_any AS VARCHAR[]), 'disabled') AND fact.disabled > 0)
  )
