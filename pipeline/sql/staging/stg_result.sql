-- grain: referral_id
-- params: none
-- why: what officers recorded of a referral, put together field by field: a list may come back several times and in parts, so of each field the latest value that is not empty counts, and a blank never erases. Attempts are put into the order of their days. The row is that of the latest return that says anything
WITH returned AS (
    SELECT
        f.file_id, f.ref_date, f.known_on, f.version, a.row_no,
        a.referral_id, a.attempt1_on, a.attempt1_method, a.attempt2_on, a.attempt2_method,
        a.attempt3_on, a.attempt3_method,
        -- Beside "not reached" stands the day of an attempt: a later result without a
        -- day must not make a meeting of it.
        CASE WHEN NOT starts_with(coalesce(a.result_code, ''), 'L') THEN a.contacted_on
        END AS contacted_on,
        a.result_code, a.need_confirmed, a.service, a.crisis_level, a.officer_decision, a.field_flag,
        row_number() OVER (
            PARTITION BY a.referral_id
            ORDER BY f.known_on, f.version, f.file_id, a.row_no
        ) AS nth,
        coalesce(
            a.attempt1_on, a.attempt2_on, a.attempt3_on, a.contacted_on
        ) IS NOT NULL OR coalesce(
            a.attempt1_method, a.attempt2_method, a.attempt3_method, a.result_code,
            a.need_confirmed, a.service, a.officer_decision, a.field_flag
        ) IS NOT NULL OR a.crisis_level IS NOT NULL AS says_something
    FROM acc_result AS a
    INNER JOIN core_visible_file AS f ON a.file_id = f.file_id
),
merged AS (
    SELECT
        referral_id,
        max_by(file_id, (says_something, nth)) AS file_id,
        max_by(ref_date, (says_something, nth)) AS ref_date,
        max_by(known_on, (says_something, nth)) AS known_on,
        max_by(version, (says_something, nth)) AS version,
        max_by(row_no, (says_something, nth)) AS row_no,
        -- max_by passes over empty values: that is the rule.
        list_sort([
            struct_pack(
                day := coalesce(max_by(attempt1_on, nth), DATE '9999-12-31'),
                place := 1, method := max_by(attempt1_method, nth)
            ),
            struct_pack(
                day := coalesce(max_by(attempt2_on, nth), DATE '9999-12-31'),
                place := 2, method := max_by(attempt2_method, nth)
            ),
            struct_pack(
                day := coalesce(max_by(attempt3_on, nth), DATE '9999-12-31'),
                place := 3, method := max_by(attempt3_method, nth)
            )
        ]) AS tries,
        max_by(contacted_on, nth) AS contacted_on,
        max_by(result_code, nth) AS result_code,
        max_by(need_confirmed, nth) AS need_confirmed,
        max_by(service, nth) AS service,
        max_by(crisis_level, nth) AS crisis_level,
        max_by(officer_decision, nth) AS officer_decision,
        max_by(field_flag, nth) AS field_flag
    FROM returned
    GROUP BY referral_id
)
SELECT
    file_id, ref_date, known_on, version, row_no, referral_id,
    nullif(tries[1].day, DATE '9999-12-31') AS attempt1_on,
    tries[1].method AS attempt1_method,
    nullif(tries[2].day, DATE '9999-12-31') AS attempt2_on,
    tries[2].method AS attempt2_method,
    nullif(tries[3].day, DATE '9999-12-31') AS attempt3_on,
    tries[3].method AS attempt3_method,
    contacted_on, result_code, need_confirmed, service, crisis_level, officer_decision,
    field_flag
FROM merged
