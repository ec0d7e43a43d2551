-- grain: source, account_no
-- params: none
-- home: temp
-- why: the debt of a meter shared by many homes is no household's debt
SELECT l.source, l.account_no
FROM core_link AS l
INNER JOIN stg_water AS w ON l.source = 'water' AND l.account_no = w.account_no
INNER JOIN core_source_clock AS c ON c.source = 'water' AND w.ref_date = c.last_ref_date
WHERE w.households >= 2 AND l.household_id IS NOT NULL
