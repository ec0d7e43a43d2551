-- grain: one row per event of a household in the spine
-- params: as_of
-- home: temp
-- why: the slot engine reads numbers only; it is the engine that hides what was not
--      known yet, so nothing is filtered by date here
SELECT
    s.household_index,
    t.type_index,
    e.occurred_on,
    e.known_on,
    CAST(e.months_overdue AS BIGINT) AS months_overdue,
    CAST(e.amount_krw AS BIGINT) AS amount_krw,
    coalesce(e.is_current, false) AS is_current,
    coalesce(e.restored_on < $as_of, false) AS is_restored
FROM core_event AS e
INNER JOIN _spine AS s ON s.household_id = e.household_id
INNER JOIN _plan_type AS t ON t.event_type = e.event_type
WHERE e.occurred_on IS NOT NULL AND e.known_on IS NOT NULL
