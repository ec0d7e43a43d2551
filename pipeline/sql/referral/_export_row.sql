-- grain: one row per referral of the round
-- params: round
-- home: temp
-- why: a list's rows beside the names that _sheet_person read out of the vault, in a temp table that dies with the connection
SELECT
    referral.referral_id, referral.household_id, referral.dong_code, referral.round,
    referral.rank_in_dong AS visit_order, referral.band,
    referral.reason_1, referral.reason_2, referral.reason_3,
    referral.seen_ko, referral.data_date, referral.first_step_ko,
    referral.slot_kind, referral.due_on, referral.caution_ko, referral.suggest_ko,
    -- Who works it may be another team of the hub; else the office's own team shows.
    referral.worked_by AS team_code, worker.team_name,
    -- Of a household that has gone from core all of these are empty.
    person.is_address_only, person.is_protected, person.name, person.birth_year,
    person.address, person.unit_from_source, person.unit_address, person.unit_detail,
    person.phone
FROM out_referral AS referral
LEFT JOIN _sheet_person AS person ON person.household_id = referral.household_id
LEFT JOIN core_team AS worker ON worker.dong_code = referral.worked_by
WHERE referral.round = $round AND referral.route = 'team'
ORDER BY referral.dong_code, referral.rank_in_dong
