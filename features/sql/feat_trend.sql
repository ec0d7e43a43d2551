-- grain: household_id
-- params: as_of, start_6m, start_12m, arrears, stops
-- home: temp
-- why: whether it gets better or worse: one more fact can move each of these both ways,
--      so none has a direction
WITH visible AS (
    SELECT household_id, event_type, occurred_on, months_overdue, is_current
    FROM core_event
    WHERE occurred_on < $as_of AND known_on < $as_of
      AND (list_contains($arrears, event_type) OR list_contains($stops, event_type))
),

counted AS (
    SELECT
        household_id,
        count(DISTINCT event_type) FILTER (
            WHERE list_contains($arrears, event_type) AND occurred_on >= $start_6m
        ) - count(DISTINCT event_type) FILTER (
            WHERE list_contains($arrears, event_type)
              AND occurred_on >= $start_12m AND occurred_on < $start_6m
        ) AS kinds_rise,
        coalesce(max(months_overdue) FILTER (
            WHERE list_contains($arrears, event_type) AND occurred_on >= $start_6m
        ), 0) - coalesce(max(months_overdue) FILTER (
            WHERE list_contains($arrears, event_type)
              AND occurred_on >= $start_12m AND occurred_on < $start_6m
        ), 0) AS months_rise,
        sum(CAST(months_overdue AS BIGINT)) FILTER (
            WHERE list_contains($arrears, event_type) AND occurred_on >= $start_12m
        ) // greatest(count(months_overdue) FILTER (
            WHERE list_contains($arrears, event_type) AND occurred_on >= $start_12m
        ), 1) AS months_mean,
        min(occurred_on) AS first_on,
        min(occurred_on) FILTER (
            WHERE is_current AND list_contains($stops, event_type)
        ) AS stopped_since
    FROM visible
    GROUP BY household_id
)

SELECT
    h.household_id,
    coalesce(c.kinds_rise, 0) AS arrears_kinds_rise_6m,
    coalesce(c.months_rise, 0) AS worst_months_rise_6m,
    coalesce(c.months_mean, 0) AS mean_months_overdue_12m,
    coalesce(date_diff('day', c.first_on, $as_of), 0) AS days_since_first_sign,
    CAST(coalesce(c.first_on >= $start_6m, false) AS INTEGER) AS is_new_in_arrears_6m,
    coalesce(date_diff('day', c.stopped_since, $as_of), 0) AS days_without_supply_now
FROM core_household AS h
LEFT JOIN counted AS c ON c.household_id = h.household_id
ORDER BY h.household_id
