-- grain: one row per referral of the round that goes to somebody else than a dong's team
-- params: round
-- home: temp
-- why: in the order in which a reader with little time works it: must-visits first, then by score, which stays here
SELECT
    referral.*,
    coalesce(dong.dong_name, referral.dong_code) AS dong_name,
    CAST(row_number() OVER (
        PARTITION BY referral.route
        ORDER BY referral.must_code IS NULL, referral.score DESC NULLS LAST,
            referral.last_contact_on ASC NULLS FIRST, referral.household_id
    ) AS INTEGER) AS visit_order
FROM out_referral AS referral
LEFT JOIN core_dong AS dong ON dong.dong_code = referral.dong_code AND dong.is_live
WHERE referral.round = $round AND referral.route <> 'team'
