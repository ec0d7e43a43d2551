-- grain: household_id
-- params: as_of, start_24m, signs
-- home: temp
-- why: "listed five times, met never" is a sign of its own; a contact on the day of
--      the listing or later meets it. What earlier results said is theirs alone
WITH visible AS (
    SELECT household_id, event_type, occurred_on
    FROM core_event
    WHERE occurred_on < $as_of AND known_on < $as_of
),

last_contact AS (
    SELECT household_id, max(occurred_on) AS met_on
    FROM visible
    WHERE event_type = 'contact'
    GROUP BY household_id
),

unmet AS (
    SELECT l.household_id, count(*) AS listings
    FROM visible AS l
    LEFT JOIN last_contact AS c ON c.household_id = l.household_id
    WHERE l.event_type = 'listing'
      AND l.occurred_on >= $start_24m
      AND (c.met_on IS NULL OR c.met_on < l.occurred_on)
    GROUP BY l.household_id
),

since_contact AS (
    SELECT s.household_id, count(DISTINCT s.event_type) AS kinds
    FROM visible AS s
    LEFT JOIN last_contact AS c ON c.household_id = s.household_id
    WHERE s.occurred_on >= $start_24m
      AND list_contains($signs, s.event_type)
      AND (c.met_on IS NULL OR c.met_on < s.occurred_on)
    GROUP BY s.household_id
),

result AS (
    SELECT
        household_id,
        count(*) FILTER (WHERE result_code IN ('L1', 'L2')) AS unreached,
        count(*) FILTER (WHERE result_code IN ('L3', 'L4', 'L5')) AS wrong_address,
        count(*) FILTER (WHERE result_code = 'N1') AS over_the_line,
        count(*) FILTER (WHERE result_code = 'R1') AS refused,
        count(*) FILTER (WHERE need = 1) AS need,
        count(*) FILTER (WHERE need = 0) AS no_need
    FROM _past_result
    GROUP BY household_id
)

SELECT
    h.household_id,
    coalesce(u.listings, 0) AS listed_unmet_24m,
    coalesce(s.kinds, 0) AS sign_kinds_since_contact,
    coalesce(r.unreached, 0) AS unreached_24m,
    coalesce(r.wrong_address, 0) AS wrong_address_24m,
    coalesce(r.need, 0) AS need_found_24m,
    coalesce(r.over_the_line, 0) AS over_the_line_24m,
    coalesce(r.no_need, 0) AS no_need_found_24m,
    coalesce(r.refused, 0) AS refused_24m
FROM core_household AS h
LEFT JOIN unmet AS u ON u.household_id = h.household_id
LEFT JOIN since_contact AS s ON s.household_id = h.household_id
LEFT JOIN result AS r ON r.household_id = h.household_id
ORDER BY h.household_id
