-- grain: source, dong_code, month_no
-- params: none
-- home: temp
-- why: how many rows, and of how many accounts (of other sources: rows), each source's files of a month tell about each dong of today; `newcomers`, of payers: accounts that were in none of its earlier files, of changes: homes with one, a day's as one, for who moves seldom moves alone. Rows without a known dong stand under none.
WITH account AS (
    SELECT source, account_no, min(ref_date) AS first_ref_date
    FROM _account_state
    GROUP BY source, account_no
),
newcomer AS (
    SELECT
        a.source, p.dong_code,
        year(a.first_ref_date) * 12 + month(a.first_ref_date) AS month_no,
        count(*) AS newcomers
    FROM account AS a
    LEFT JOIN _coverage_place AS p ON a.source = p.source AND a.account_no = p.account_no
    GROUP BY a.source, p.dong_code, month_no
    UNION ALL
    SELECT
        'resident_change', d.current_dong_code,
        year(r.ref_date) * 12 + month(r.ref_date) AS month_no,
        count(DISTINCT (r.registry_no_key, r.changed_on))
    FROM stg_resident_change AS r
    LEFT JOIN core_dong_current AS d ON r.dong_code = d.dong_code
    GROUP BY d.current_dong_code, month_no
),
of_day AS (
    SELECT s.source, p.dong_code, s.ref_date, count(*) AS n
    FROM _account_state AS s
    LEFT JOIN _coverage_place AS p ON s.source = p.source AND s.account_no = p.account_no
    GROUP BY s.source, p.dong_code, s.ref_date
    UNION ALL
    SELECT t.source, h.current_dong_code, t.ref_date, count(*)
    FROM (
        SELECT 'indicator' AS source, person_key, ref_date FROM stg_indicator
        UNION ALL
        SELECT 'benefit', person_key, ref_date FROM stg_benefit
        UNION ALL
        SELECT 'case_management', person_key, ref_date FROM stg_case_management
        UNION ALL
        SELECT 'visit', person_key, ref_date FROM stg_visit
    ) AS t
    LEFT JOIN core_household_member AS m ON t.person_key = m.person_key
    LEFT JOIN core_household AS h ON m.household_id = h.household_id
    GROUP BY t.source, h.current_dong_code, t.ref_date
    UNION ALL
    SELECT t.source, d.current_dong_code, t.ref_date, CAST(sum(t.n) AS BIGINT)
    FROM (
        SELECT 'resident' AS source, dong_code, ref_date, count(*) AS n
        FROM stg_resident GROUP BY dong_code, ref_date
        UNION ALL
        SELECT 'resident_change', dong_code, ref_date, count(*)
        FROM stg_resident_change GROUP BY dong_code, ref_date
    ) AS t
    LEFT JOIN core_dong_current AS d ON t.dong_code = d.dong_code
    GROUP BY t.source, d.current_dong_code, t.ref_date
),
of_month AS (
    SELECT
        source, dong_code, year(ref_date) * 12 + month(ref_date) AS month_no,
        CAST(sum(n) AS BIGINT) AS n,
        -- The fuller of a month's files: an account stands in both of them.
        max(n) AS accounts
    FROM of_day
    GROUP BY source, dong_code, month_no
)
SELECT
    m.source, m.dong_code, m.month_no, m.n, m.accounts, w.newcomers
FROM of_month AS m
LEFT JOIN newcomer AS w
    ON
        m.source = w.source AND m.dong_code = w.dong_code AND m.month_no = w.month_no
