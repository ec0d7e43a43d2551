-- grain: source, account_key, household_id
-- params: as_of
-- home: temp
-- why: what officers have decided about accounts, as known on the day: the last word on each pair
SELECT source, account_key, household_id, decision
FROM link_decision
WHERE known_on < $as_of
QUALIFY row_number() OVER (
    PARTITION BY source, account_key, household_id
    ORDER BY known_on DESC, decision_no DESC
) = 1
