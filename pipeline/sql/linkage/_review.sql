-- grain: source, account_no, place
-- params: review_from, link_from
-- home: temp
-- why: the grey zone: accounts whose best household is neither sure nor hopeless, with their two best. Links that stand on a name found elsewhere are asked about too while doubtful. Where an address is protected nothing may be shown, so nobody is asked.
WITH asked AS (
    SELECT c.source, c.account_no, c.probability AS best
    FROM _candidate AS c
    LEFT JOIN _decided AS d ON c.source = d.source AND c.account_no = d.account_no
    WHERE
        c.place = 1 AND c.probability >= $review_from
        AND (
            d.reason IS NULL
            OR (d.reason IN ('NAME_PHONE', 'NAME_BIRTH') AND c.probability < $link_from)
        )
),
answered AS (
    -- "Unsure" answers too: the same question is not put again.
    SELECT DISTINCT source, account_key FROM _decision WHERE decision = 'unsure'
),
protected AS (
    SELECT household_id FROM core_household_member GROUP BY household_id
    HAVING bool_or(is_protected)
)
SELECT
    c.source, c.account_no, c.account_key, c.place, c.household_id, c.person_key,
    c.probability, c.name_level, c.birth_level, c.phone_level, c.place_level,
    asked.best,
    bool_or(p.household_id IS NOT NULL) OVER (PARTITION BY c.source, c.account_no)
        AS is_protected
FROM _candidate AS c
INNER JOIN asked ON c.source = asked.source AND c.account_no = asked.account_no
ANTI JOIN answered AS n ON c.source = n.source AND c.account_key = n.account_key
LEFT JOIN protected AS p ON c.household_id = p.household_id
WHERE c.place <= 2
