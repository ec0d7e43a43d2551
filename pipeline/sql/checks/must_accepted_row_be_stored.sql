-- grain: file_id
-- params: none
-- home: temp
-- why: a row counted as accepted that no table holds is a household nobody sees
SELECT f.file_id, f.accepted, s.rows AS stored
FROM core_file AS f
INNER JOIN _stored_rows AS s ON f.file_id = s.file_id
WHERE s.place = 'accepted' AND s.rows <> f.accepted
