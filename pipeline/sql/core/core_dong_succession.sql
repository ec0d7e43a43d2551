-- grain: dong_code, step
-- params: none
-- why: an ended code's way to the codes of today, a row per step. A step into one heir goes on; one into several ends the way, and `heirs` names them; so does `absorbed`, of which the register says nothing.
WITH RECURSIVE way AS (
    SELECT dong_code, 1 AS step, dong_code AS from_code FROM _dong_step
    UNION ALL
    SELECT w.dong_code, w.step + 1, s.heirs[1]
    FROM way AS w
    INNER JOIN _dong_step AS s ON w.from_code = s.dong_code
    INNER JOIN _dong_step AS onward ON s.heirs[1] = onward.dong_code
    -- No way is longer: a register that leads in a circle must not keep us here.
    WHERE len(s.heirs) = 1 AND s.kind <> 'absorbed' AND w.step < 30
)
SELECT
    w.dong_code, CAST(w.step AS INTEGER) AS step, w.from_code, s.kind, s.ended_on,
    s.last_listed_on, s.heirs
FROM way AS w
INNER JOIN _dong_step AS s ON w.from_code = s.dong_code
ORDER BY w.dong_code, w.step
