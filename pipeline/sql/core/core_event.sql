-- grain: household_id, source, event_type, subject, occurred_on (of NHIS: and certificate)
-- params: as_of
-- why: everything that ever happened to a household as far as it may be known: of its accounts, of its members, of tips and of earlier rounds. `is_current`: still so on the day, as far as its source tells; a tip for three months, when nobody can have gone and looked.
WITH tip AS (
    SELECT
        l.household_id, 'tip' AS source, 'tip' AS event_type, t.tip_no AS subject,
        t.received_on AS occurred_on, t.known_on,
        year($as_of) * 12 + month($as_of)
        - (year(t.known_on) * 12 + month(t.known_on)) <= 3 AS is_current
    FROM stg_tip AS t
    INNER JOIN core_link AS l ON l.source = 'tip' AND t.tip_no = l.account_no
    WHERE l.household_id IS NOT NULL
)
SELECT
    household_id, source, event_type, subject, occurred_on, known_on,
    months_overdue, amount_krw, restored_on, is_current
FROM _event_account
UNION ALL
SELECT * FROM _event_person
UNION ALL
SELECT
    household_id, source, event_type, subject, occurred_on, known_on,
    NULL, NULL, NULL, FALSE
FROM _event_listing
UNION ALL
SELECT
    household_id, source, event_type, subject, occurred_on, known_on,
    NULL, NULL, NULL, is_current
FROM tip
ORDER BY household_id, occurred_on, event_type, subject, known_on, months_overdue
