-- grain: household_id
-- params: none
-- home: temp
-- why: every household has its place in the matrix, with or without any event
SELECT
    household_id,
    CAST(row_number() OVER (ORDER BY household_id) - 1 AS INTEGER) AS household_index
FROM core_household
ORDER BY household_id
