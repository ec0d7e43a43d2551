-- grain: file_id
-- params: none
-- home: temp
-- why: a rejected row without its number and code can be told to no supplier
SELECT f.file_id, f.rejected, count(r.row_no) AS kept
FROM core_file AS f
LEFT JOIN rej_row AS r ON f.file_id = r.file_id
GROUP BY f.file_id, f.rejected
HAVING count(r.row_no) <> f.rejected
