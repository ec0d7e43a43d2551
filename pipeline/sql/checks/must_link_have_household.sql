-- grain: source, account_no
-- params: none
-- home: temp
-- why: a reason that names a household must have one, and one that names nobody must not
SELECT l.source, l.account_no, l.reason
FROM core_link AS l
LEFT JOIN core_household AS h ON l.household_id = h.household_id
WHERE
    (l.household_id IS NOT NULL AND h.household_id IS NULL)
    OR (l.household_id IS NULL) <> (
        l.reason IN ('MASTER_METER', 'NOT_RESIDENTIAL', 'AMBIGUOUS', 'NO_MATCH')
    )
