-- grain: dong_code
-- params: none
-- home: temp
-- why: a list for a dong that no team serves is read by nobody
SELECT h.current_dong_code AS dong_code, count(*) AS households
FROM core_household AS h
ANTI JOIN core_team AS t ON h.current_dong_code = t.dong_code
WHERE h.current_dong_code IS NOT NULL
GROUP BY h.current_dong_code
