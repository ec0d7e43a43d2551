-- grain: quarter, event_type, dong_code
-- params: first_quarter, last_quarter
-- home: temp
-- why: where a zero says something: a month of the quarter in which the source told of the dong. What comes as it happens (a tip) has no month in which it ought to come, and is always heard.
WITH kind AS (
    SELECT DISTINCT source, event_type FROM core_event
),
regular AS (
    SELECT source, dong_code, month_no // 3 AS quarter
    FROM core_coverage
    WHERE state = 'reports'
    GROUP BY ALL
),
irregular AS (
    SELECT k.source, t.dong_code, q.quarter
    FROM kind AS k
    CROSS JOIN core_team AS t
    CROSS JOIN (
        SELECT unnest(range($first_quarter, $last_quarter + 1)) AS quarter
    ) AS q
    WHERE k.source NOT IN (SELECT source FROM core_coverage)
)
SELECT DISTINCT h.quarter, k.event_type, h.dong_code
FROM (FROM regular UNION ALL FROM irregular) AS h
INNER JOIN kind AS k ON h.source = k.source
WHERE h.quarter BETWEEN $first_quarter AND $last_quarter
