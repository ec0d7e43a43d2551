-- grain: household_id, source, event_type, subject, occurred_on (of NHIS: and certificate)
-- params: none
-- why: everything that ever happened to a household as far as it may be known. Arrears: one row per account and reference date; stops: one per stop date; earlier rounds: one per listing and contact. What an account owed under an earlier holder is not this household's.
WITH arrears AS (
    SELECT
        s.source, s.account_no, s.source || '_arrears' AS event_type, s.subject,
        s.ref_date AS occurred_on, s.known_on, s.months_overdue, s.amount_krw,
        CAST(NULL AS DATE) AS restored_on,
        s.ref_date = c.last_ref_date AND NOT c.is_stale AS is_current,
        s.ref_date AS first_ref_date
    FROM _account_state AS s
    INNER JOIN _part_clock AS c ON s.source = c.source AND s.part = c.part
    WHERE s.months_overdue > 0
),
stop AS (
    SELECT
        source, account_no, source || '_stop' AS event_type, subject,
        stopped_on AS occurred_on, known_on, months_overdue, amount_krw,
        restored_on, is_current, first_ref_date
    FROM _stop
),
of_accounts AS (
    SELECT
        l.household_id, e.source, e.event_type, e.subject, e.occurred_on, e.known_on,
        e.months_overdue, e.amount_krw, e.restored_on, e.is_current
    FROM (SELECT * FROM arrears UNION ALL SELECT * FROM stop) AS e
    INNER JOIN core_link AS l
        ON e.source = l.source AND e.account_no = l.account_no
    WHERE
        l.household_id IS NOT NULL
        AND (l.holder_since IS NULL OR e.first_ref_date >= l.holder_since)
),
of_history AS (
    SELECT
        m.household_id, h.person_key, h.selected_on, h.known_on,
        -- L: nobody was reached. The date beside it is that of an attempt, no contact.
        CASE WHEN starts_with(coalesce(h.result_code, ''), 'L') THEN NULL
             ELSE h.contacted_on END AS contacted_on
    FROM stg_history AS h
    INNER JOIN core_household_member AS m ON h.person_key = m.person_key
)
SELECT * FROM of_accounts
UNION ALL
SELECT
    household_id, 'history', 'listing', person_key, selected_on, known_on,
    NULL, NULL, NULL, FALSE
FROM of_history
WHERE selected_on IS NOT NULL
UNION ALL
SELECT
    household_id, 'history', 'contact', person_key, contacted_on, known_on,
    NULL, NULL, NULL, FALSE
FROM of_history
WHERE contacted_on IS NOT NULL
ORDER BY household_id, occurred_on, event_type, subject, known_on, months_overdue
