-- grain: household_id
-- params: as_of, start_24m
-- home: temp
-- why: "listed five times, met never" is a sign of its own; a contact on the day of
--      the listing or later meets it
WITH visible AS (
    SELECT household_id, event_type, occurred_on
    FROM core_event
    WHERE event_type IN ('listing', 'contact')
      AND occurred_on < $as_of
      AND known_on < $as_of
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
)

SELECT
    h.household_id,
    coalesce(u.listings, 0) AS listed_unmet_24m
FROM core_household AS h
LEFT JOIN unmet AS u ON u.household_id = h.household_id
ORDER BY h.household_id
