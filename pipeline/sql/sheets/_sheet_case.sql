-- grain: one row per referral of a case manager and open case of its household
-- params: round, as_of
-- home: temp
-- why: who manages an open case visits anyway; several cases of one household have several managers, and each is told. The manager's name comes from the vault.
WITH open_case AS (
    SELECT DISTINCT
        person.household_id, told.case_no,
        coalesce(told.surveyed_on, told.opened_on, told.ref_date) AS surveyed_on,
        known.manager
    FROM stg_case_management AS told
    JOIN core_source_clock AS clock
        ON clock.source = 'case_management'
        AND NOT clock.is_stale
        AND clock.last_ref_date = told.ref_date
    JOIN core_person_key AS person ON person.person_key = told.person_key
    LEFT JOIN vault.vault_case_management AS known
        ON known.file_id = told.file_id AND known.row_no = told.row_no
    WHERE told.stage <> 'closed'
      AND (told.closed_on IS NULL OR told.closed_on >= $as_of)
      AND NOT person.is_dead
)
SELECT
    referral.referral_id, referral.household_id, referral.round, referral.dong_code,
    referral.seen_ko, referral.data_date,
    open_case.case_no, open_case.manager, open_case.surveyed_on,
    referral.referral_id || '/' || coalesce(open_case.case_no, '') AS ask
FROM out_referral AS referral
-- The case may have ended between two files: its last manager is not known then.
LEFT JOIN open_case ON open_case.household_id = referral.household_id
WHERE referral.round = $round AND referral.route = 'case_manager'
