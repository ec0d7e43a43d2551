-- grain: household_id
-- params: as_of, round
-- why: somebody manages the case already: its manager hears of what is new since the case was opened and since the last notice, and no team is sent beside them
WITH told AS (
    SELECT household_id, max(listed_on) AS told_on
    FROM core_listing
    WHERE route = 'case_manager' AND listed_on < $as_of AND round <> $round
    GROUP BY household_id
)
SELECT
    fact.household_id,
    '새 정보 ' || strftime(fact.news_on, '%Y-%m-%d') || ' 확인' AS detail_ko
FROM _policy_fact AS fact
LEFT JOIN told ON told.household_id = fact.household_id
WHERE fact.case_opened_on IS NOT NULL
  AND fact.news_on >= greatest(fact.case_opened_on, told.told_on)
