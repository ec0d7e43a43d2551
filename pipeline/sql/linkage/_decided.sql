-- grain: source, account_no
-- params: link_from
-- home: temp
-- why: whose an account is: an officer's word first, then the exact cascade unless an officer has denied it, then the probable household if it is sure enough. The households of one account share one probability, so what is sure enough is alone too
WITH denied AS (
    SELECT source, account_key, household_id FROM _decision WHERE decision = 'not_same'
),
exact AS (
    SELECT m.*
    FROM _match AS m
    INNER JOIN _account AS a ON m.source = a.source AND m.account_no = a.account_no
    ANTI JOIN denied AS d
        ON
            m.source = d.source AND m.household_id = d.household_id
            AND coalesce(a.account_key, a.account_no) = d.account_key
),
probable AS (
    SELECT c.*
    FROM _candidate AS c
    WHERE
        c.place = 1 AND c.probability >= $link_from AND NOT c.is_contested
        -- A stranger's name is for a person to judge, however well the rest agrees.
        AND c.name_level <> 'other'
)
SELECT
    source, account_no, 'CLERICAL' AS reason, household_id,
    CAST(NULL AS VARCHAR) AS person_key, CAST(NULL AS DECIMAL(6, 4)) AS match_probability
FROM _clerical
UNION ALL
SELECT
    e.source, e.account_no, e.reason, e.household_id, e.person_key, c.probability
FROM exact AS e
LEFT JOIN _candidate AS c
    ON
        e.source = c.source AND e.account_no = c.account_no
        AND e.household_id = c.household_id
ANTI JOIN _clerical AS k ON e.source = k.source AND e.account_no = k.account_no
UNION ALL
SELECT p.source, p.account_no, 'PROBABLE', p.household_id, p.person_key, p.probability
FROM probable AS p
ANTI JOIN _clerical AS k ON p.source = k.source AND p.account_no = k.account_no
ANTI JOIN exact AS e ON p.source = e.source AND p.account_no = e.account_no
