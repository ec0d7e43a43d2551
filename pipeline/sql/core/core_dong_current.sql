-- grain: dong_code
-- params: none
-- why: where a code seen in any file stands today: live, or at the end of its steps the one live dong that all its heirs have become (`how` names the last kind of step that was not a mere recode; `split_one_heir`: split, and joined again), or `review` with every live dong it may be. A dong that may be several is never guessed; `unknown`: no register tells of it.
WITH RECURSIVE last_step AS (
    SELECT
        dong_code,
        max(step) AS steps,
        arg_max(heirs, step) AS heirs,
        arg_max(from_code, step) AS from_code,
        arg_max(kind, step) = 'absorbed' AS is_absorbed,
        arg_max(kind, step) FILTER (kind <> 'recoded' OR len(heirs) <> 1) AS kind
    FROM core_dong_succession
    GROUP BY dong_code
),
-- Every dong that an heir has become since, through all branches.
heir AS (
    SELECT DISTINCT from_code, unnest(heirs) AS dong_code FROM last_step
    UNION
    SELECT h.from_code, unnest(s.heirs)
    FROM heir AS h
    INNER JOIN _dong_step AS s ON h.dong_code = s.dong_code
),
live_heir AS (
    SELECT h.from_code, list(DISTINCT h.dong_code ORDER BY h.dong_code) AS heirs
    FROM heir AS h
    INNER JOIN _dong_life AS l ON h.dong_code = l.dong_code
    WHERE l.is_live
    GROUP BY h.from_code
)
SELECT
    seen.dong_code,
    CASE
        WHEN l.is_live THEN seen.dong_code
        WHEN len(h.heirs) = 1 AND NOT s.is_absorbed THEN h.heirs[1]
    END AS current_dong_code,
    CASE
        WHEN l.is_live THEN 'live'
        WHEN l.dong_code IS NULL THEN 'unknown'
        WHEN s.is_absorbed THEN 'review'
        WHEN len(h.heirs) = 1 AND len(s.heirs) > 1 THEN 'split_one_heir'
        WHEN len(h.heirs) = 1 THEN coalesce(s.kind, 'recoded')
        ELSE 'review'
    END AS how,
    CASE
        WHEN NOT l.is_live AND (len(h.heirs) > 1 OR s.is_absorbed)
            THEN coalesce(h.heirs, [])
        ELSE []
    END AS heirs,
    CAST(coalesce(s.steps, 0) AS INTEGER) AS steps
FROM _dong_seen AS seen
LEFT JOIN _dong_life AS l ON seen.dong_code = l.dong_code
LEFT JOIN last_step AS s ON seen.dong_code = s.dong_code
LEFT JOIN live_heir AS h ON s.from_code = h.from_code
ORDER BY seen.dong_code
