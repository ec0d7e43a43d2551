-- grain: dong_code
-- params: none
-- why: meters that serve several households, as the waterworks' latest files show them: their debt is nobody's and counts for no household
SELECT
    p.dong_code, count(*) AS meters, CAST(sum(w.households) AS BIGINT) AS households,
    CAST(sum(w.amount_krw) AS BIGINT) AS amount_krw
FROM _account AS a
INNER JOIN _part_clock AS c
    ON a.source = c.source AND a.part = c.part AND a.ref_date = c.last_ref_date
INNER JOIN stg_water AS w ON a.file_id = w.file_id AND a.row_no = w.row_no
INNER JOIN _coverage_place AS p ON a.source = p.source AND a.account_no = p.account_no
WHERE a.source = 'water' AND a.is_master
GROUP BY p.dong_code
ORDER BY p.dong_code
