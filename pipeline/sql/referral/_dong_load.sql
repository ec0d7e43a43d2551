-- grain: one row per dong that gets a list
-- params: round
-- home: temp
-- why: a dong whose list is short though many of it are eligible lies in a hub with too few places
WITH eligible AS (
    SELECT household.current_dong_code AS dong_code, count(*) AS households
    FROM out_eligibility AS decided
    JOIN core_household AS household USING (household_id)
    WHERE decided.round = $round AND decided.is_eligible
    GROUP BY household.current_dong_code
),
listed AS (
    SELECT
        dong_code, count(*) AS households,
        count(CASE WHEN band = '매우 높음' THEN 1 END) AS very_high
    FROM out_referral
    WHERE round = $round AND route = 'team'
    GROUP BY dong_code
)
SELECT
    dong.dong_code, dong.dong_name, dong.team_name,
    coalesce(eligible.households, 0) AS eligible,
    coalesce(listed.households, 0) AS listed,
    coalesce(listed.very_high, 0) AS very_high
FROM _export_dong AS dong
LEFT JOIN eligible USING (dong_code)
LEFT JOIN listed USING (dong_code)
