-- grain: file_id
-- params: none
-- home: temp
-- why: an accepted row without its part in the vault could be listed but never found
SELECT f.file_id, f.accepted, s.rows AS stored
FROM core_file AS f
INNER JOIN _stored_rows AS s ON f.file_id = s.file_id
WHERE s.place = 'vault' AND s.rows <> f.accepted
