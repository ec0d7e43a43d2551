-- grain: one row per referral that a rule brings before the meeting
-- params: round
-- home: temp
-- why: how often a household was listed against how often it was met, whatever its score; without name, address or band. A protected household's dong is not told either.
SELECT
    referral.referral_id, referral.round,
    CASE WHEN NOT coalesce(household.is_protected, TRUE)
        THEN coalesce(dong.dong_name, referral.dong_code) END AS dong_name,
    referral.escalate_ko, referral.seen_ko, referral.data_date,
    coalesce(repeated.times_listed, 0) AS times_listed,
    coalesce(repeated.times_met, 0) AS times_met,
    repeated.last_contact_on
FROM out_referral AS referral
LEFT JOIN core_household AS household ON household.household_id = referral.household_id
LEFT JOIN core_dong AS dong ON dong.dong_code = referral.dong_code AND dong.is_live
LEFT JOIN core_repeat AS repeated ON repeated.household_id = referral.household_id
WHERE referral.round = $round AND referral.escalate_ko IS NOT NULL
