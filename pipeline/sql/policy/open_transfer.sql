-- grain: household_id
-- params: as_of
-- why: another dong or city was asked to take them over and has not answered: nobody else goes there yet, so we do
WITH decided AS (
    SELECT
        coalesce(alias.household_id, asked.household_id) AS household_id, asked.status,
        asked.decided_on,
        row_number() OVER (
            PARTITION BY coalesce(alias.household_id, asked.household_id)
            -- Asked and answered on one day: the answer is the last word.
            ORDER BY
                asked.decided_on DESC, asked.status = 'offered', asked.round DESC,
                asked.referral_id DESC
        ) AS turn
    FROM out_transfer AS asked
    LEFT JOIN core_household_alias AS alias
        ON alias.household_no = asked.household_id
    WHERE asked.decided_on < $as_of
)
SELECT
    fact.household_id,
    strftime(decided.decided_on, '%Y-%m-%d') || ' 요청' AS detail_ko
FROM decided
JOIN _policy_fact AS fact ON fact.household_id = decided.household_id
WHERE decided.turn = 1 AND decided.status = 'offered'
