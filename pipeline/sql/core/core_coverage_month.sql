-- grain: source, month_no
-- params: as_of, cadence_sources, cadence_days
-- why: the files of each regular source, month by month, expected against arrived. A source is expected from its first file on, each time once it is later than nine in ten of its own files have ever been, and a week, and at least 20 days (or has come before that); what never came at all is not expected, but `never` (core_coverage).
WITH cadence AS (
    -- Days of the month (31: its last), or -6: each sixth month end from the first file.
    SELECT unnest($cadence_sources) AS source, unnest($cadence_days) AS due_days
),
known AS (
    SELECT
        f.source, f.file_id, f.ref_date, f.known_on,
        date_diff('day', f.ref_date, f.known_on) AS delay,
        year(f.ref_date) * 12 + month(f.ref_date) AS month_no
    FROM core_file AS f
    INNER JOIN cadence AS c ON f.source = c.source
    WHERE f.known_on < $as_of
),
-- A correction comes late by nature: of a day's files the first tells the delay.
first_file AS (
    SELECT source, ref_date, min(delay) AS delay
    FROM known GROUP BY source, ref_date
),
pace AS (
    SELECT
        source, min(ref_date) AS first_ref_date,
        greatest(20, quantile_disc(delay, 0.9) + 7) AS days_to_wait
    FROM first_file GROUP BY source
),
arrived AS (
    SELECT
        source, month_no, count(DISTINCT ref_date) AS files_arrived,
        min(known_on) AS first_known_on, max(ref_date) AS last_ref_date
    FROM known GROUP BY source, month_no
),
calendar AS (
    SELECT
        last_day(CAST(m AS DATE)) AS month_end,
        year(m) * 12 + month(m) AS month_no
    FROM (
        SELECT unnest(generate_series(
            (SELECT date_trunc('month', min(ref_date)) FROM known),
            CAST($as_of AS TIMESTAMP), INTERVAL 1 MONTH
        )) AS m
    )
),
due AS (
    SELECT
        c.source, k.month_no,
        CASE WHEN d.day = 31 THEN k.month_end
            ELSE make_date(year(k.month_end), month(k.month_end), d.day) END AS due_date
    FROM cadence AS c
    CROSS JOIN calendar AS k
    CROSS JOIN unnest(c.due_days) AS d (day)
    WHERE d.day > 0
    UNION ALL
    SELECT c.source, k.month_no, k.month_end
    FROM cadence AS c
    CROSS JOIN calendar AS k
    CROSS JOIN unnest(c.due_days) AS d (day)
    INNER JOIN pace AS p ON c.source = p.source
    WHERE
        d.day < 0
        AND (k.month_no - year(p.first_ref_date) * 12 - month(p.first_ref_date)) % d.day = 0
),
expected AS (
    SELECT
        d.source, d.month_no,
        greatest(
            count(*) FILTER (date_diff('day', d.due_date, $as_of) > p.days_to_wait),
            least(count(*), max(coalesce(a.files_arrived, 0)))
        ) AS files_expected
    FROM due AS d
    INNER JOIN pace AS p ON d.source = p.source
    LEFT JOIN arrived AS a ON d.source = a.source AND d.month_no = a.month_no
    WHERE d.due_date >= p.first_ref_date
    GROUP BY d.source, d.month_no
    HAVING files_expected > 0
)
SELECT
    source, CAST(month_no AS INTEGER) AS month_no,
    CAST(coalesce(e.files_expected, 0) AS INTEGER) AS files_expected,
    CAST(coalesce(a.files_arrived, 0) AS INTEGER) AS files_arrived,
    a.first_known_on, a.last_ref_date
FROM arrived AS a
FULL JOIN expected AS e USING (source, month_no)
ORDER BY source, month_no
