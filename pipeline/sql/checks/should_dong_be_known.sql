-- grain: dong_code
-- params: none
-- home: temp
-- why: households in a dong that was abolished without a plain successor reach no team
SELECT dong_code, count(*) AS households
FROM core_household
WHERE current_dong_code IS NULL
GROUP BY dong_code
