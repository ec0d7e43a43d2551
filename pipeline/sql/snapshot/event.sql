-- grain: household_id, event_type, occurred_on, known_on, place
-- params: round, as_of
-- home: temp
-- why: what was known of the households that the round refers to somebody, so that a notebook can show why; no account number, and nobody whose address is protected
SELECT
    event.household_id, event.event_type, event.occurred_on, event.known_on,
    row_number() OVER (
        PARTITION BY event.household_id, event.event_type, event.occurred_on, event.known_on
        ORDER BY event.subject, event.amount_krw, event.months_overdue
    ) AS place,
    event.source, event.months_overdue, event.amount_krw, event.restored_on,
    event.is_current
FROM core_event AS event
INNER JOIN core_household AS home
    ON event.household_id = home.household_id AND NOT coalesce(home.is_protected, false)
WHERE
    event.known_on < $as_of
    AND event.household_id IN (
        SELECT household_id FROM out_referral WHERE round = $round AND as_of = $as_of
    )
ORDER BY
    event.household_id, event.occurred_on, event.event_type, event.known_on, place
