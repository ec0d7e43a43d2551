-- grain: household_id, event_type, subject, occurred_on
-- params: as_of
-- home: temp
-- why: what is told of a person by resident number: indicators, benefits lost or received, an open case, an agency's visits. An indicator is still so for as many months after it was last told as the catalogue says; a lost benefit counts as news for three months, and granted again it is no loss; what a full list of today lacks has ended.
WITH indicator AS (
    SELECT
        s.person_key, 'indicator' AS source, 'indicator_' || k.sign_group AS event_type,
        s.indicator_code || '/' || s.person_key AS subject,
        -- An arrear speaks of the day it is told for, whenever it began.
        CASE
            WHEN k.unit <> 'event' AND s.ref_date > s.occurred_on THEN s.ref_date
            ELSE s.occurred_on
        END AS occurred_on,
        s.known_on,
        CASE WHEN k.unit <> 'event' THEN s.value END AS months_overdue, s.amount_krw,
        year($as_of) * 12 + month($as_of)
        - (year(s.known_on) * 12 + month(s.known_on)) <= k.stays_months
        AND row_number() OVER (
            PARTITION BY s.indicator_code, s.person_key
            ORDER BY s.ref_date DESC, s.occurred_on DESC
        ) = 1 AS is_current
    FROM stg_indicator AS s
    INNER JOIN _indicator_kind AS k ON s.indicator_code = k.indicator_code
    WHERE k.sign_group <> 'context'
),
-- Two reports of one indicator for one day: the newer file knows more.
indicator_once AS (
    SELECT * FROM indicator
    QUALIFY row_number() OVER (
        PARTITION BY subject, occurred_on
        ORDER BY is_current DESC, known_on DESC, months_overdue DESC, amount_krw DESC
    ) = 1
),
listed AS (
    SELECT source, last_ref_date FROM core_source_clock WHERE NOT is_stale
),
lost AS (
    SELECT
        person_key, benefit_kind, status,
        least(coalesce(ends_on, starts_on, ref_date), ref_date) AS occurred_on,
        min(known_on) AS known_on
    FROM stg_benefit
    WHERE status IN ('stopped', 'dropped')
    GROUP BY ALL
),
regained AS (
    SELECT person_key, benefit_kind, max(coalesce(starts_on, ref_date)) AS since
    FROM stg_benefit
    WHERE status = 'receiving' AND (ends_on IS NULL OR ends_on >= $as_of)
    GROUP BY person_key, benefit_kind
),
lost_for_good AS (
    SELECT
        l.person_key, 'benefit' AS source, 'benefit_dropped' AS event_type,
        l.benefit_kind || '/' || l.person_key AS subject, l.occurred_on,
        min(l.known_on) AS known_on
    FROM lost AS l
    LEFT JOIN regained AS r
        ON l.person_key = r.person_key AND l.benefit_kind = r.benefit_kind
    WHERE r.since IS NULL OR r.since < l.occurred_on
    GROUP BY ALL
),
receiving AS (
    SELECT
        s.person_key, 'benefit' AS source, 'benefit_receiving' AS event_type,
        s.benefit_kind || '/' || s.person_key AS subject,
        max(coalesce(s.starts_on, s.ref_date)) AS occurred_on, min(s.known_on) AS known_on
    FROM stg_benefit AS s
    INNER JOIN listed AS c ON c.source = 'benefit' AND s.ref_date = c.last_ref_date
    WHERE s.status = 'receiving' AND (s.ends_on IS NULL OR s.ends_on >= $as_of)
    GROUP BY s.person_key, s.benefit_kind
),
open_case AS (
    SELECT
        s.person_key, 'case_management' AS source, 'case_open' AS event_type,
        s.case_no AS subject, coalesce(s.opened_on, s.ref_date) AS occurred_on, s.known_on
    FROM stg_case_management AS s
    INNER JOIN listed AS c
        ON c.source = 'case_management' AND s.ref_date = c.last_ref_date
    WHERE s.stage <> 'closed' AND (s.closed_on IS NULL OR s.closed_on >= $as_of)
),
visited AS (
    SELECT
        s.person_key, 'visit' AS source, 'visit_active' AS event_type,
        s.service || '/' || s.person_key AS subject,
        max(coalesce(s.starts_on, s.ref_date)) AS occurred_on, min(s.known_on) AS known_on
    FROM stg_visit AS s
    INNER JOIN listed AS c ON c.source = 'visit' AND s.ref_date = c.last_ref_date
    WHERE s.ends_on IS NULL OR s.ends_on >= $as_of
    GROUP BY s.person_key, s.service
),
told AS (
    SELECT * FROM indicator_once
    UNION ALL BY NAME
    SELECT
        *,
        year($as_of) * 12 + month($as_of)
        - (year(known_on) * 12 + month(known_on)) <= 3 AS is_current
    FROM lost_for_good
    UNION ALL BY NAME
    SELECT *, TRUE AS is_current FROM receiving
    UNION ALL BY NAME
    SELECT *, TRUE AS is_current FROM open_case
    UNION ALL BY NAME
    SELECT *, TRUE AS is_current FROM visited
)
SELECT
    m.household_id, t.source, t.event_type, t.subject, t.occurred_on, t.known_on,
    t.months_overdue, t.amount_krw, CAST(NULL AS DATE) AS restored_on, t.is_current
FROM told AS t
INNER JOIN core_person_key AS m ON t.person_key = m.person_key
WHERE NOT m.is_dead
