-- grain: ref_date, dong_code, starts_on
-- params: none
-- why: who serves a dong, of the rosters that may be seen
SELECT
    f.file_id, f.ref_date, f.known_on, f.version, a.row_no,
    a.dong_code, a.team_name, a.hub_code, a.fte, a.weekly_cases,
    a.starts_on, a.ends_on
FROM acc_team AS a
INNER JOIN core_visible_file AS f ON a.file_id = f.file_id
