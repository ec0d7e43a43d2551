-- grain: dong_code
-- params: none
-- home: temp
-- why: the dongs that somebody lives in, how many homes they have and how many of these a payer of single homes could ever see: an apartment's power and water are in its 관리비
SELECT
    current_dong_code AS dong_code, CAST(count(*) AS INTEGER) AS homes,
    CAST(count(*) FILTER (home_kind = 'apartment') AS INTEGER) AS apartments
FROM core_household
WHERE current_dong_code IS NOT NULL AND kind = 'registered'
GROUP BY current_dong_code
