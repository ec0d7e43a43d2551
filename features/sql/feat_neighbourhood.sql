-- grain: household_id
-- params: as_of, start_12m, start_24m, arrears, stops
-- home: temp
-- why: a household is taken out of its own dong before anything is divided, so that
--      nothing it does moves its own value; few others tell nothing, and would tell on
--      them
WITH visible AS (
    SELECT household_id, event_type, occurred_on, is_current
    FROM core_event
    WHERE occurred_on < $as_of AND known_on < $as_of
),

fact AS (
    SELECT
        household_id,
        bool_or(list_contains($arrears, event_type) AND occurred_on >= $start_12m)
            AS arrears,
        count(DISTINCT event_type) FILTER (
            WHERE is_current AND list_contains($arrears, event_type)
        ) >= 2 AS multiple,
        bool_or(list_contains($stops, event_type) AND occurred_on >= $start_24m) AS stop,
        bool_or(event_type LIKE 'indicator_%' AND occurred_on >= $start_12m)
            AS indicator,
        bool_or(event_type = 'tip' AND occurred_on >= $start_24m) AS tip,
        bool_or(event_type = 'benefit_receiving' AND is_current) AS benefit,
        bool_or(event_type = 'listing' AND occurred_on >= $start_24m) AS listed,
        min(occurred_on) FILTER (
            WHERE event_type = 'listing' AND occurred_on >= $start_24m
        ) <= max(occurred_on) FILTER (WHERE event_type = 'contact') AS met
    FROM visible
    GROUP BY household_id
),

found AS (
    SELECT household_id, max(need) AS need
    FROM _past_result
    WHERE need IS NOT NULL
    GROUP BY household_id
),

home AS (
    SELECT
        h.household_id,
        h.current_dong_code AS dong_code,
        CAST(coalesce(f.arrears, false) AS INTEGER) AS arrears,
        CAST(coalesce(f.multiple, false) AS INTEGER) AS multiple,
        CAST(coalesce(f.stop, false) AS INTEGER) AS stop,
        CAST(coalesce(f.indicator, false) AS INTEGER) AS indicator,
        CAST(coalesce(f.tip, false) AS INTEGER) AS tip,
        CAST(coalesce(f.benefit, false) AS INTEGER) AS benefit,
        CAST(coalesce(f.listed, false) AS INTEGER) AS listed,
        CAST(coalesce(f.listed AND f.met, false) AS INTEGER) AS met,
        CAST(r.need IS NOT NULL AS INTEGER) AS judged,
        coalesce(r.need, 0) AS need
    FROM core_household AS h
    LEFT JOIN fact AS f ON f.household_id = h.household_id
    LEFT JOIN found AS r ON r.household_id = h.household_id
),

dong AS (
    SELECT
        dong_code,
        count(*) AS homes,
        sum(arrears) AS arrears,
        sum(multiple) AS multiple,
        sum(stop) AS stop,
        sum(indicator) AS indicator,
        sum(tip) AS tip,
        sum(benefit) AS benefit,
        sum(listed) AS listed,
        sum(met) AS met,
        sum(judged) AS judged,
        sum(need) AS need
    FROM home
    WHERE dong_code IS NOT NULL
    GROUP BY dong_code
),

others AS (
    SELECT
        h.household_id,
        CASE WHEN d.homes - 1 >= 30 THEN d.homes - 1 END AS homes,
        d.arrears - h.arrears AS arrears,
        d.multiple - h.multiple AS multiple,
        d.stop - h.stop AS stop,
        d.indicator - h.indicator AS indicator,
        d.tip - h.tip AS tip,
        d.benefit - h.benefit AS benefit,
        d.listed - h.listed AS listed,
        d.met - h.met AS met,
        d.judged - h.judged AS judged,
        d.need - h.need AS need
    FROM home AS h
    LEFT JOIN dong AS d ON d.dong_code = h.dong_code
)

SELECT
    household_id,
    1000 * arrears // homes AS dong_arrears_12m_rate,
    1000 * multiple // homes AS dong_multiple_now_rate,
    1000 * stop // homes AS dong_stop_24m_rate,
    1000 * indicator // homes AS dong_indicator_12m_rate,
    1000 * tip // homes AS dong_tip_24m_rate,
    1000 * benefit // homes AS dong_benefit_rate,
    1000 * listed // homes AS dong_listed_24m_rate,
    CASE WHEN listed >= 10 THEN 1000 * met // listed END AS dong_met_24m_rate,
    CASE WHEN judged >= 10 THEN 1000 * need // judged END AS dong_need_24m_rate
FROM others
ORDER BY household_id
