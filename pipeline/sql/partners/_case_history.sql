-- grain: household_id, round, subject
-- params: none
-- home: temp
-- why: when a case was listed and what was tried, as the meeting may read it: rounds and ways, no day and no id
SELECT
    l.household_id, l.round, l.subject, l.slot_kind, l.route, l.attempts, l.disposition,
    l.result_code,
    array_to_string(
        list_sort(list_distinct(list_filter(
            [s.attempt1_method, s.attempt2_method, s.attempt3_method],
            lambda way: way IS NOT NULL
        ))), ', '
    ) AS ways
FROM core_listing AS l
LEFT JOIN stg_result AS s ON l.referral_id = s.referral_id
