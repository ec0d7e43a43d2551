-- grain: household_id, source, event_type, subject, occurred_on (of NHIS: and certificate)
-- params: none
-- home: temp
-- why: what accounts tell of the household that they are linked to. Arrears: one row per account and reference date; stops: one per stop date, under whichever number of the account; an exemption (납부예외) is no debt, its months are those since the last payment; a workplace's closing is its owner's. What an account owed under an earlier holder is not this household's.
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
stop_of_home AS (
    SELECT s.*, l.household_id
    FROM _stop AS s
    INNER JOIN core_link AS l ON s.source = l.source AND s.account_no = l.account_no
    WHERE l.household_id IS NOT NULL
),
-- A corrected number takes the place of the old one: no file holds both.
renumbered AS (
    SELECT
        o.source, o.account_no AS old_no, n.account_no AS new_no, o.stopped_on, o.known_on
    FROM stop_of_home AS o
    INNER JOIN stop_of_home AS n
        ON
            o.household_id = n.household_id AND o.source = n.source
            AND o.stopped_on = n.stopped_on AND o.last_mentioned_on < n.first_ref_date
),
stop AS (
    SELECT
        s.source, s.account_no, s.source || '_stop' AS event_type, s.subject,
        s.stopped_on AS occurred_on,
        least(s.known_on, r.known_on) AS known_on,
        s.months_overdue, s.amount_krw, s.restored_on, s.is_current, s.first_ref_date
    FROM _stop AS s
    ANTI JOIN renumbered AS o
        ON
            s.source = o.source AND s.account_no = o.old_no
            AND s.stopped_on = o.stopped_on
    LEFT JOIN (
        SELECT source, new_no, stopped_on, min(known_on) AS known_on
        FROM renumbered GROUP BY source, new_no, stopped_on
    ) AS r
        ON
            s.source = r.source AND s.account_no = r.new_no
            AND s.stopped_on = r.stopped_on
),
exempt AS (
    SELECT
        'nps' AS source, s.person_key || '/' || s.subscriber_kind AS account_no,
        'nps_exempt' AS event_type, s.person_key AS subject, s.ref_date AS occurred_on,
        s.known_on,
        -- Never paid, or nobody wrote when: exempt now is one month at least.
        greatest(
            1,
            coalesce(
                year(s.ref_date) * 12 + month(s.ref_date) - s.last_paid_month_no, 1
            )
        ) AS months_overdue,
        CAST(NULL AS BIGINT) AS amount_krw, CAST(NULL AS DATE) AS restored_on,
        s.ref_date = c.last_ref_date AND NOT c.is_stale AS is_current,
        s.ref_date AS first_ref_date
    FROM stg_nps AS s
    INNER JOIN _part_clock AS c ON c.source = 'nps'
    WHERE s.is_exempt
),
closing AS (
    SELECT
        'kcomwel' AS source, s.workplace_no AS account_no, 'kcomwel_closed' AS event_type,
        s.owner_key || '/' || s.workplace_no AS subject, s.closed_on AS occurred_on,
        min(s.known_on) AS known_on,
        CAST(NULL AS INTEGER) AS months_overdue, CAST(NULL AS BIGINT) AS amount_krw,
        CAST(NULL AS DATE) AS restored_on,
        bool_or(s.ref_date = c.last_ref_date AND NOT c.is_stale) AS is_current,
        min(s.ref_date) AS first_ref_date
    FROM stg_kcomwel AS s
    INNER JOIN _part_clock AS c ON c.source = 'kcomwel'
    WHERE s.closed_on IS NOT NULL
    GROUP BY s.workplace_no, s.owner_key, s.closed_on
),
told AS (
    SELECT * FROM arrears
    UNION ALL
    SELECT * FROM stop
    UNION ALL
    SELECT * FROM exempt
    UNION ALL
    SELECT * FROM closing
)
SELECT
    l.household_id, e.source, e.event_type, e.subject, e.occurred_on, e.known_on,
    e.months_overdue, e.amount_krw, e.restored_on, e.is_current
FROM told AS e
INNER JOIN core_link AS l ON e.source = l.source AND e.account_no = l.account_no
WHERE
    l.household_id IS NOT NULL
    AND (l.holder_since IS NULL OR e.first_ref_date >= l.holder_since)
