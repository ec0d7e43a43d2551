-- grain: unit
-- params: round
-- home: temp
-- why: the places of each team or hub in the round, and how they were filled
SELECT * EXCLUDE (round)
FROM out_unit
WHERE round = $round
ORDER BY unit
