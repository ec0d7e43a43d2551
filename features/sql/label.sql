-- grain: household_id
-- params: none
-- home: temp
-- why: the one place that says what a result means. Need: what officers confirmed comes before how severe they found it, and that before what was given. A household not reached (L) is never a negative; of several results one in need decides. `label_supported` is the national practice: whoever was given anything counts, and whoever was not is a negative, also the unreached
WITH found AS (
    SELECT * FROM _history_result
    UNION ALL
    SELECT * FROM _own_result
),
said AS (
    SELECT
        household_id, result_code, labelled_on, origin, crisis_level,
        coalesce(result_code LIKE 'L%', false) AS is_unreached,
        CASE
            WHEN need_confirmed = 'Y' THEN 1
            WHEN need_confirmed = 'N' THEN 0
            WHEN crisis_level >= 3 THEN 1
            WHEN crisis_level <= 2 THEN 0
            WHEN result_code IN ('S1', 'S2', 'S3', 'S4', 'C1') THEN 1
            WHEN result_code = 'N2' THEN 0
        END AS need,
        CASE need_confirmed WHEN 'Y' THEN 1 WHEN 'N' THEN 0 END AS confirmed,
        CASE WHEN crisis_level >= 3 THEN 1 WHEN crisis_level <= 2 THEN 0 END AS crisis,
        CASE
            WHEN result_code IN ('S1', 'S2', 'S3', 'S4', 'S5') THEN 1
            WHEN result_code NOT IN ('P0', 'P1') THEN 0
        END AS supported
    FROM found
),
judged AS (
    SELECT
        household_id, result_code, labelled_on, origin, supported,
        CASE WHEN need = 0 AND is_unreached THEN NULL ELSE need END AS need,
        CASE WHEN confirmed = 0 AND is_unreached THEN NULL ELSE confirmed END AS confirmed,
        CASE WHEN crisis = 0 AND is_unreached THEN NULL ELSE crisis END AS crisis,
        CASE
            WHEN need = 1 AND crisis_level >= 4 THEN 1
            WHEN NOT is_unreached AND (crisis_level < 4 OR need = 0) THEN 0
        END AS deep,
        CASE
            WHEN need = 1 AND crisis_level >= 5 THEN 1
            WHEN NOT is_unreached AND (crisis_level < 5 OR need = 0) THEN 0
        END AS deepest
    FROM said
)
SELECT
    household_id,
    CAST(max(need) AS TINYINT) AS label,
    first(result_code ORDER BY coalesce(need, -1) DESC, result_code, origin) AS result_code,
    CAST(max(confirmed) AS TINYINT) AS label_confirmed,
    CAST(max(crisis) AS TINYINT) AS label_crisis,
    CAST(max(deep) AS TINYINT) AS label_deep,
    CAST(max(deepest) AS TINYINT) AS label_deepest,
    CAST(max(supported) AS TINYINT) AS label_supported,
    max(labelled_on) AS labelled_on
FROM judged
GROUP BY household_id
ORDER BY household_id
