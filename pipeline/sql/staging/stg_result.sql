-- grain: referral_id
-- params: none
-- why: what officers recorded of a referral; a list may come back several times, so the last word counts
SELECT
    f.file_id, f.ref_date, f.known_on, f.version, a.row_no,
    a.referral_id, a.attempt1_on, a.attempt1_method, a.attempt2_on, a.attempt2_method,
    a.attempt3_on, a.attempt3_method, a.contacted_on, a.result_code, a.need_confirmed,
    a.service, a.crisis_level, a.officer_decision
FROM acc_result AS a
INNER JOIN core_visible_file AS f ON a.file_id = f.file_id
QUALIFY row_number() OVER (
    PARTITION BY a.referral_id
    ORDER BY f.known_on DESC, f.version DESC, a.row_no DESC, f.file_id DESC
) = 1
