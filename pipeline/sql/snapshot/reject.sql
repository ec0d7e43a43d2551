-- grain: source, month_no, code
-- params: as_of
-- home: temp
-- why: how many rows were rejected for what, month by month, so that a supplier's change shows
SELECT
    source, CAST(year(ref_date) * 12 + month(ref_date) AS INTEGER) AS month_no, code,
    count(*) AS rejected
FROM (
    SELECT f.source, f.ref_date, unnest(r.codes) AS code
    FROM rej_row AS r
    INNER JOIN core_file AS f ON r.file_id = f.file_id
    WHERE f.known_on < $as_of
) AS reject
GROUP BY source, month_no, code
ORDER BY source, month_no, code
