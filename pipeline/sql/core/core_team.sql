-- grain: dong_code
-- params: as_of
-- why: the team that serves each dong on the day, of the latest roster; a row absent from it has ended
WITH latest AS (
    SELECT last_ref_date FROM core_source_clock WHERE source = 'team'
)
SELECT t.dong_code, t.team_name, t.hub_code, t.fte, t.weekly_cases
FROM stg_team AS t
INNER JOIN latest ON t.ref_date = latest.last_ref_date
WHERE t.starts_on <= $as_of AND (t.ends_on IS NULL OR t.ends_on >= $as_of)
QUALIFY row_number() OVER (PARTITION BY t.dong_code ORDER BY t.starts_on DESC) = 1
ORDER BY t.dong_code
