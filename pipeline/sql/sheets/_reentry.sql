-- grain: one row per referral of the round with a result
-- params: round, as_of
-- home: temp
-- why: results that came back, once each, by whom they went to: what left last says so, else (a round from before that was kept) the list itself. 미처리 is no result.
WITH issued AS (
    SELECT referral_id, household_id, dong_code, route, edition FROM out_issued
    WHERE round = $round AND as_of < $as_of
    UNION ALL
    SELECT referral_id, household_id, dong_code, coalesce(route, 'team'), -1
    FROM out_referral
    WHERE round = $round AND as_of < $as_of
),
sent AS (
    SELECT * FROM issued
    QUALIFY row_number() OVER (
        PARTITION BY referral_id ORDER BY edition DESC, route, dong_code
    ) = 1
),
attempt AS (
    SELECT referral_id, attempt1_on AS tried_on, attempt1_method AS method, 1 AS place
    FROM stg_result
    UNION ALL
    SELECT referral_id, attempt2_on, attempt2_method, 2 FROM stg_result
    UNION ALL
    SELECT referral_id, attempt3_on, attempt3_method, 3 FROM stg_result
),
-- The method of the contact's own day; else of the last attempt.
tried AS (
    SELECT
        attempt.referral_id, attempt.method,
        count(attempt.tried_on) OVER (PARTITION BY attempt.referral_id) AS attempts,
        row_number() OVER (
            PARTITION BY attempt.referral_id
            ORDER BY
                coalesce(attempt.tried_on = told.contacted_on, FALSE)
                AND attempt.method IS NOT NULL DESC,
                attempt.method IS NULL,
                attempt.tried_on DESC NULLS LAST, attempt.place DESC
        ) AS place
    FROM attempt
    JOIN stg_result AS told ON told.referral_id = attempt.referral_id
)
SELECT
    sent.household_id, sent.dong_code, sent.route,
    -- As they stand on the list, what came between rounds first.
    row_number() OVER (
        ORDER BY sent.route, sent.dong_code, listed.rank_in_dong NULLS FIRST,
            told.referral_id
    ) AS place,
    $round AS round, told.referral_id, told.contacted_on,
    tried.method, tried.attempts, told.result_code, told.need_confirmed,
    told.crisis_level, told.service, told.officer_decision
FROM stg_result AS told
JOIN sent ON sent.referral_id = told.referral_id
LEFT JOIN out_referral AS listed
    ON listed.referral_id = told.referral_id AND listed.round = $round
LEFT JOIN tried ON tried.referral_id = told.referral_id AND tried.place = 1
WHERE told.result_code IS NOT NULL AND told.result_code <> 'P0'
