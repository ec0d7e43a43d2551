-- grain: household_id
-- params: as_of
-- why: another city has taken them over; something new that is seen here since then is ours again, for that city does not know it
WITH decided AS (
    SELECT
        coalesce(alias.household_id, asked.household_id) AS household_id, asked.to_city,
        asked.status, asked.decided_on,
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
    '인수 ' || strftime(decided.decided_on, '%Y-%m-%d') AS detail_ko
FROM decided
JOIN _policy_fact AS fact ON fact.household_id = decided.household_id
WHERE decided.turn = 1 AND decided.status = 'accepted' AND decided.to_city IS NOT NULL
  AND (fact.news_on IS NULL OR fact.news_on < decided.decided_on)
