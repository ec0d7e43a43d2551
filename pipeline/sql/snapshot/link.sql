-- grain: source, reason
-- params: none
-- home: temp
-- why: on what ground accounts were linked to households, and how many to none
SELECT source, reason, count(*) AS accounts, count(household_id) AS linked
FROM core_link
GROUP BY source, reason
ORDER BY source, reason
