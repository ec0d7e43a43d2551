-- grain: source, dong_code, month_no
-- params: cadence_sources
-- why: what each regular source told of each dong of today in each month, and whether its silence is news. `reports` (also no row, where that may be chance), `missing`: a file was due and none came, `never`: no file of the source ever came, `silent`: had rows, has none in two months or more of files, which by chance would be rarer than 1 in 100, `reports_nothing`: never had one, likewise; a dong that no waterworks names is that at once. Homes in apartments (`homes_blind`) show neither power nor water.
WITH source AS (
    SELECT unnest($cadence_sources) AS source
),
month AS (
    SELECT m.* FROM core_coverage_month AS m
    UNION ALL
    -- A source that never came has a row for every month in which another did.
    SELECT s.source, m.month_no, 0, 0, NULL, NULL
    FROM source AS s
    ANTI JOIN core_coverage_month AS c ON s.source = c.source
    CROSS JOIN (SELECT DISTINCT month_no FROM core_coverage_month) AS m
),
cell AS (
    SELECT
        m.source, h.dong_code, m.month_no, m.files_expected, m.files_arrived,
        m.first_known_on, m.last_ref_date, h.homes,
        CASE WHEN m.source IN ('kepco', 'water') THEN h.apartments ELSE 0 END
            AS homes_blind,
        coalesce(s.n, 0) AS n, coalesce(s.accounts, 0) AS accounts,
        s.newcomers
    FROM month AS m
    CROSS JOIN _coverage_home AS h
    LEFT JOIN _coverage_seen AS s
        ON m.source = s.source AND h.dong_code = s.dong_code AND m.month_no = s.month_no
),
so_far AS (
    SELECT
        *, homes - homes_blind AS homes_seen,
        -- Accounts or changes so far; of others the most that a month's files held.
        CAST(
            CASE WHEN source = 'resident_change'
                THEN coalesce(sum(newcomers) OVER dong, 0)
                ELSE greatest(
                    coalesce(sum(newcomers) OVER dong, 0), max(accounts) OVER dong
                ) END AS BIGINT
        ) AS ever,
        max(CASE WHEN n > 0 THEN month_no END) OVER dong AS last_month,
        count(*) FILTER (files_arrived > 0) OVER dong AS months_arrived
    FROM cell
    WINDOW dong AS (PARTITION BY source, dong_code ORDER BY month_no)
),
town AS (
    SELECT
        source, month_no, CAST(sum(accounts) AS BIGINT) AS accounts,
        CAST(sum(ever) AS BIGINT) AS ever,
        CAST(sum(homes_seen) AS BIGINT) AS homes_seen,
        max(last_month) AS last_month
    FROM so_far GROUP BY source, month_no
),
-- Months with files since the dong's last row, and since the town's.
quiet AS (
    SELECT
        s.*, t.accounts AS town_accounts, t.ever AS town_ever,
        t.homes_seen AS town_homes_seen,
        s.months_arrived - coalesce(own.months_arrived, 0) AS quiet_months,
        s.months_arrived - coalesce(any_dong.months_arrived, 0) AS town_quiet_months,
        coalesce(own_town.ever, 0) AS town_ever_then
    FROM so_far AS s
    INNER JOIN town AS t ON s.source = t.source AND s.month_no = t.month_no
    LEFT JOIN so_far AS own
        ON
            s.source = own.source AND s.dong_code = own.dong_code
            AND s.last_month = own.month_no
    LEFT JOIN so_far AS any_dong
        ON
            s.source = any_dong.source AND s.dong_code = any_dong.dong_code
            AND t.last_month = any_dong.month_no
    LEFT JOIN town AS own_town
        ON s.source = own_town.source AND s.last_month = own_town.month_no
),
unplaced AS (
    -- While a waterworks dong lies nobody knows where, a dong without one may be it.
    SELECT count(*) > 0 AS is_any
    FROM _account AS a
    INNER JOIN _coverage_place AS p ON a.source = p.source AND a.account_no = p.account_no
    WHERE a.source = 'water' AND p.dong_code IS NULL
),
judged AS (
    SELECT
        q.*,
        -- The chance that all of a dong's accounts fell before the quiet months, as the
        -- other dongs' accounts (nobody's: the months) are spread: (b / (b + n)) ^ ever.
        -- Accounts stay; of changes only those of the quiet months stand beside them.
        CASE
            WHEN town_accounts > 0
                THEN
                    ever * ln(
                        1 + CASE WHEN source = 'resident_change'
                            THEN town_ever - town_ever_then ELSE town_accounts END
                        / greatest(town_ever_then - ever, 1)
                    )
            ELSE
                town_ever * ln(
                    1 + town_quiet_months
                    / greatest(months_arrived - town_quiet_months, 1)
                )
        END > ln(100) AS is_no_chance,
        -- Rows that the dong's homes would have at the rate of the others'.
        town_ever * homes_seen > ln(100) * greatest(town_homes_seen - homes_seen, 1)
            AS is_never_by_chance,
        source = 'water' AND town_ever > 0 AND NOT u.is_any AS is_named_by_supplier
    FROM quiet AS q
    CROSS JOIN unplaced AS u
)
SELECT
    source, dong_code, month_no, files_expected, files_arrived,
    n AS "rows", accounts, first_known_on, last_ref_date, homes, homes_blind,
    CASE
        WHEN months_arrived = 0 THEN 'never'
        WHEN files_arrived = 0 THEN 'missing'
        WHEN n > 0 THEN 'reports'
        WHEN ever = 0 AND is_named_by_supplier THEN 'reports_nothing'
        WHEN quiet_months < 2 THEN 'reports'
        WHEN ever > 0 AND is_no_chance THEN 'silent'
        WHEN ever = 0 AND (is_never_by_chance OR town_ever = 0) THEN 'reports_nothing'
        ELSE 'reports'
    END AS state
FROM judged
ORDER BY source, dong_code, month_no
