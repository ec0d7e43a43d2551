-- grain: household_id
-- params: none
-- why: another dong or city was asked to take them over and has not answered: nobody else goes there yet, so we do
SELECT
    fact.household_id,
    strftime(decided.decided_on, '%Y-%m-%d') || ' 요청' AS detail_ko
FROM _policy_transfer AS decided
JOIN _policy_fact AS fact ON fact.household_id = decided.household_id
WHERE decided.status = 'offered'
