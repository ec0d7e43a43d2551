-- grain: file_id, dong_code, created_on
-- params: none
-- home: temp
-- why: every row of every register of dong codes that had arrived, also the rows that name a 시도 or 시군구 only. `is_current_only`: a list of what is live, in which a code's absence says that it has ended.
SELECT
    a.file_id, f.ref_date, f.known_on, f.version, a.row_no,
    a.dong_code, a.sido, a.sgg, a.dong_name, a.created_on, a.abolished_on,
    FALSE AS is_map,
    count(a.abolished_on) OVER (PARTITION BY a.file_id) = 0 AS is_current_only
FROM acc_kikcd_h AS a
INNER JOIN core_visible_file AS f ON a.file_id = f.file_id
UNION ALL
-- The map of legal dongs lists every live dong too, once for each legal dong in it.
SELECT
    a.file_id, f.ref_date, f.known_on, f.version, min(a.row_no),
    a.dong_code, a.sido, a.sgg, a.dong_name, min(a.created_on), max(a.abolished_on),
    TRUE,
    count(max(a.abolished_on)) OVER (PARTITION BY a.file_id) = 0
FROM acc_kikmix AS a
INNER JOIN core_visible_file AS f ON a.file_id = f.file_id
GROUP BY
    a.file_id, f.ref_date, f.known_on, f.version,
    a.dong_code, a.sido, a.sgg, a.dong_name
