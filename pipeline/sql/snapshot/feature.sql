-- grain: household_id
-- params: as_of
-- home: temp
-- why: the feature matrix of the round as it was ranked, of those whom a snapshot may hold
SELECT f.* EXCLUDE (as_of)
FROM feat_matrix AS f
INNER JOIN core_household AS home
    ON f.household_id = home.household_id AND NOT coalesce(home.is_protected, false)
ANTI JOIN core_processing_stop AS stopped ON f.household_id = stopped.household_id
WHERE f.as_of = $as_of
ORDER BY f.household_id
