-- grain: household_id, event_type, subject, occurred_on
-- params: none
-- home: temp
-- why: earlier rounds as events: one row per listing and per contact. What went to others than a dong's team (a case's manager, an institution) is no listing that a team left unmet. A list of ours is known from its round on, whether or not it came back; a contact from the day on which the result was.
SELECT
    l.household_id, l.source, 'listing' AS event_type, l.subject,
    l.listed_on AS occurred_on,
    CASE WHEN l.source = 'history' THEN l.returned_known_on ELSE l.listed_on END AS known_on
FROM core_listing AS l
INNER JOIN core_household AS h ON l.household_id = h.household_id
WHERE l.route = 'team' AND NOT l.is_open
UNION ALL
SELECT
    l.household_id, l.source, 'contact', l.subject, l.contacted_on, l.returned_known_on
FROM core_listing AS l
INNER JOIN core_household AS h ON l.household_id = h.household_id
WHERE l.contacted_on IS NOT NULL
