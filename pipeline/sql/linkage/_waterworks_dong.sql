-- grain: part
-- params: none
-- home: temp
-- why: which dong the waterworks' own three digits mean, learnt from accounts that fit one household to the unit; only where four in five agree
WITH sure AS (
    SELECT part, account_no, min(dong_code) AS dong_code
    FROM _lot_candidate
    WHERE source = 'water' AND same_unit
    GROUP BY part, account_no
    HAVING count(DISTINCT household_id) = 1
),
vote AS (
    SELECT part, dong_code, count(*) AS votes
    FROM sure
    GROUP BY part, dong_code
),
share AS (
    SELECT part, dong_code, votes, sum(votes) OVER (PARTITION BY part) AS all_votes
    FROM vote
)
SELECT part, dong_code
FROM share
WHERE votes >= 3 AND 5 * votes >= 4 * all_votes
