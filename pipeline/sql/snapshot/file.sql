-- grain: source, ref_date, version, place
-- params: as_of
-- home: temp
-- why: how the rows of each file that counted were accounted for; no file's name, for an office may have put a person's into it
SELECT
    source, ref_date, version,
    row_number() OVER (PARTITION BY source, ref_date, version ORDER BY file_id) AS place,
    known_on, "rows", accepted, rejected, repeated, superseded, skipped
FROM core_file
WHERE known_on < $as_of
ORDER BY source, ref_date, version, place
