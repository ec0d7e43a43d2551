-- grain: source, dong_code (none: the whole town), kind
-- params: none
-- why: figures of a source that measure its supplier rather than need. `share`: against the other payers of debts, who are each set to the homes that they can see, a dong holds twice (or half) the accounts that it should; `jump`: twice (or half) as many as in the six months before, after the town's own change. Only what 999 of 1,000 like it would not show by chance, and of 20 accounts or more.
WITH payer AS (
    SELECT c.source, c.dong_code, c.month_no, c.accounts, c.homes - c.homes_blind AS homes
    FROM core_coverage AS c
    INNER JOIN core_coverage_now AS n ON c.source = n.source AND c.dong_code = n.dong_code
    WHERE
        n.is_observed
        AND c.source IN ('kepco', 'water', 'gas', 'nhis', 'nps', 'kcomwel')
),
-- Half a month's files hold fewer accounts: only months as full as any are compared.
full_month AS (
    SELECT
        source, month_no,
        row_number() OVER (PARTITION BY source ORDER BY month_no DESC) AS age
    FROM core_coverage_month
    QUALIFY files_arrived = max(files_arrived) OVER (PARTITION BY source)
),
dong AS (
    SELECT
        p.source, p.dong_code, max(p.homes) AS homes,
        coalesce(sum(p.accounts) FILTER (f.age = 1), 0) AS now,
        coalesce(sum(p.accounts) FILTER (f.age > 1), 0) // 6 AS before,
        sum(p.accounts) // count(*) AS usual,
        count(*) AS months
    FROM payer AS p
    INNER JOIN full_month AS f ON p.source = f.source AND p.month_no = f.month_no
    WHERE f.age <= 7
    GROUP BY p.source, p.dong_code
),
town AS (
    SELECT
        source, CAST(sum(homes) AS BIGINT) AS homes, CAST(sum(now) AS BIGINT) AS now,
        CAST(sum(before) AS BIGINT) AS before, CAST(sum(usual) AS BIGINT) AS usual,
        max(months) AS months
    FROM dong GROUP BY source
),
-- Accounts for each 10,000 that the town's rate would give; whole numbers, so that a
-- sum of them is the same in any order.
rate AS (
    SELECT
        d.source, d.dong_code,
        CAST(round(10000.0 * d.usual * t.homes / (d.homes * t.usual)) AS BIGINT) AS rate
    FROM dong AS d
    INNER JOIN town AS t ON d.source = t.source
    WHERE d.homes > 0 AND t.usual >= 20
),
others AS (
    SELECT
        r.source, r.dong_code,
        CAST(sum(o.rate) // count(*) AS BIGINT) AS rate
    FROM rate AS r
    INNER JOIN rate AS o ON r.dong_code = o.dong_code AND r.source <> o.source
    GROUP BY r.source, r.dong_code
    HAVING count(*) >= 2
),
compared AS (
    SELECT
        d.source, d.dong_code, 'share' AS kind, d.usual AS accounts,
        t.usual * o.rate * d.homes / (10000.0 * t.homes) AS expected,
        1.0 / greatest(t.usual, 1) AS spread
    FROM dong AS d
    INNER JOIN town AS t ON d.source = t.source
    INNER JOIN others AS o ON d.source = o.source AND d.dong_code = o.dong_code
    UNION ALL
    SELECT
        d.source, d.dong_code, 'jump', d.now, 1.0 * d.before * t.now / t.before, 1.0 / 6
    FROM dong AS d
    INNER JOIN town AS t ON d.source = t.source
    WHERE d.months = 7 AND t.before > 0
    UNION ALL
    SELECT source, NULL, 'jump', now, before, 1.0 / 6
    FROM town
    WHERE months = 7
)
SELECT
    source, dong_code,
    kind || CASE WHEN accounts > expected THEN '_high' ELSE '_low' END AS kind,
    accounts, CAST(round(expected) AS BIGINT) AS expected
FROM compared
WHERE
    greatest(accounts, expected) >= 20
    AND (accounts >= 2 * expected OR 2 * accounts <= expected)
    -- 3.29 standard deviations of a count, and of what it is compared with.
    AND abs(accounts - expected) > 3.29 * sqrt(greatest(accounts, expected) * (1 + spread))
ORDER BY source, dong_code, kind
