-- grain: referral_id
-- params: as_of, selected_on
-- home: temp
-- why: what officers found of households on our own lists. A list may come back several times: of each field the latest value that is not empty counts. Results come later than the core tables they are joined to, so the files are chosen here as of their own day
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
        a.referral_id, a.result_code, a.need_confirmed, a.crisis_level, f.known_on,
        row_number() OVER (ORDER BY f.known_on, f.version, f.file_id, a.row_no) AS nth
    FROM acc_result AS a
    INNER JOIN core_file AS f ON a.file_id = f.file_id
    WHERE f.source = 'result' AND f.known_on < $as_of
),
merged AS (
    SELECT
        referral_id, max_by(result_code, nth) AS result_code,
        max_by(need_confirmed, nth) AS need_confirmed,
        max_by(crisis_level, nth) AS crisis_level, max(known_on) AS labelled_on
    FROM returned
    GROUP BY referral_id
)
SELECT
    coalesce(h.household_id, i.household_no) AS household_id,
    m.result_code, m.need_confirmed, m.crisis_level, m.labelled_on,
    i.referral_id AS origin
FROM issued AS i
INNER JOIN merged AS m ON i.referral_id = m.referral_id
LEFT JOIN core_household_alias AS h ON i.household_no = h.household_no
WHERE coalesce(m.result_code, m.need_confirmed) IS NOT NULL OR m.crisis_level IS NOT NULL
ORDER BY household_id, origin
