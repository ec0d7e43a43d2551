-- grain: household_id, round, subject
-- params: as_of, start_24m
-- home: temp
-- why: results of 24 months as they were known on the day; need is told by the rule of label.sql, and who was not reached is never a no
SELECT
    household_id, round, subject, listed_on, result_code,
    CASE
        WHEN need_confirmed = 'Y' THEN 1
        WHEN need_confirmed = 'N' AND result_code NOT LIKE 'L%' THEN 0
        WHEN need_confirmed = 'N' THEN NULL
        WHEN crisis_level >= 3 THEN 1
        WHEN crisis_level <= 2 AND result_code NOT LIKE 'L%' THEN 0
        WHEN crisis_level <= 2 THEN NULL
        WHEN result_code IN ('S1', 'S2', 'S3', 'S4', 'C1') THEN 1
        WHEN result_code = 'N2' THEN 0
    END AS need
FROM core_listing
WHERE
    listed_on >= $start_24m AND listed_on < $as_of
    AND returned_known_on < $as_of
    AND (
        result_code IS NOT NULL OR need_confirmed IS NOT NULL OR crisis_level IS NOT NULL
    )
ORDER BY household_id, round, subject
