-- grain: source, account_no
-- params: as_of
-- home: temp
-- why: accounts that an officer has given to a household which is still registered; where two were named, the later word counts
SELECT a.source, a.account_no, d.household_id
FROM _account AS a
INNER JOIN link_decision AS d
    ON a.source = d.source AND coalesce(a.account_key, a.account_no) = d.account_key
INNER JOIN _decision AS last
    ON
        d.source = last.source AND d.account_key = last.account_key
        AND d.household_id = last.household_id
SEMI JOIN core_household_member AS m ON d.household_id = m.household_id
WHERE last.decision = 'same' AND d.decision = 'same' AND d.known_on < $as_of
QUALIFY row_number() OVER (
    PARTITION BY a.source, a.account_no ORDER BY d.known_on DESC, d.decision_no DESC
) = 1
