-- grain: household_id
-- params: none
-- why: another city has taken them over; something new that is seen here since then is ours again, for that city does not know it
SELECT
    fact.household_id,
    '인수 ' || strftime(decided.decided_on, '%Y-%m-%d') AS detail_ko
FROM _policy_transfer AS decided
JOIN _policy_fact AS fact ON fact.household_id = decided.household_id
WHERE decided.status = 'accepted' AND decided.to_city IS NOT NULL
  AND (fact.news_on IS NULL OR fact.news_on < decided.decided_on)
