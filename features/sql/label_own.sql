-- grain: household_id
-- params: as_of, selected_on
-- home: temp
-- why: what officers found of households on our own lists, by the rule of label.sql. A list may come back several times: of each field the latest value that is not empty counts. Results come later than the core tables they are joined to, so the files are chosen here as of their own day
WITH issued AS (
    SELECT referral_id, max_by(household_id, edition) AS household_no
    FROM out_issued
    WHERE edition > 0
    GROUP BY referral_id
    -- A later edition lists again what it was first listed for.
    HAVING min(as_of) = $selected_on
    AND max_by(coalesce(route, 'team'), edition) = 'team'
),
returned AS (
    SELECT
        a.referral_id, a.result_code, a.need_confirmed, a.crisis_level,
        row_number() OVER (ORDER BY f.known_on, f.version, f.file_id, a.row_no) AS nth
    FROM acc_result AS a
    INNER JOIN core_file AS f ON a.file_id = f.file_id
    WHERE f.source = 'result' AND f.known_on < $as_of
),
merged AS (
    SELECT
        referral_id, max_by(result_code, nth) AS result_code,
        max_by(need_confirmed, nth) AS need_confirmed,
        max_by(crisis_level, nth) AS crisis_level
    FROM returned
    GROUP BY referral_id
),
labelled AS (
    SELECT
        coalesce(h.household_id, i.household_no) AS household_id, i.referral_id,
        m.result_code,
        CASE
            WHEN m.need_confirmed = 'Y' THEN 1
            WHEN m.need_confirmed = 'N' THEN 0
            WHEN m.crisis_level >= 3 THEN 1
            WHEN m.crisis_level <= 2 THEN 0
            WHEN m.result_code IN ('S1', 'S2', 'S3', 'S4', 'C1') THEN 1
            WHEN m.result_code = 'N2' THEN 0
        END AS said
    FROM issued AS i
    INNER JOIN merged AS m ON i.referral_id = m.referral_id
    LEFT JOIN core_household_alias AS h ON i.household_no = h.household_no
    WHERE coalesce(m.result_code, m.need_confirmed) IS NOT NULL OR m.crisis_level IS NOT NULL
)
SELECT
    household_id, result_code,
    CAST(CASE WHEN said = 0 AND result_code LIKE 'L%' THEN NULL ELSE said END AS TINYINT) AS label
FROM labelled
QUALIFY row_number() OVER (
    PARTITION BY household_id
    ORDER BY coalesce(
        CASE WHEN said = 0 AND result_code LIKE 'L%' THEN NULL ELSE said END, -1
    ) DESC, result_code, referral_id
) = 1
ORDER BY household_id
