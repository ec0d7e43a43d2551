-- grain: dong_code
-- params: dong_prefixes
-- why: the dongs of this office (every dong when no prefix is given), live or abolished on the day
SELECT dong_code, sido, sgg, dong_name, created_on, abolished_on, is_live
FROM _dong_life
WHERE
    len($dong_prefixes) = 0
    OR len(list_filter(
        CAST($dong_prefixes AS VARCHAR[]), lambda p: starts_with(dong_code, p)
    )) > 0
ORDER BY dong_code
