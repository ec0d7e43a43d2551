-- grain: file_id
-- params: none
-- home: temp
-- why: every row read is accepted, rejected, superseded, repeated or skipped
SELECT file_id, rows, accepted, rejected, superseded, repeated, skipped
FROM core_file
WHERE rows <> accepted + rejected + superseded + repeated + skipped
