-- grain: dong_code
-- params: none
-- home: temp
-- why: every dong code that any file or register has ever named
SELECT dong_code FROM _dong_life
UNION
SELECT dong_code FROM stg_resident WHERE dong_code IS NOT NULL
UNION
SELECT dong_code FROM stg_resident_change WHERE dong_code IS NOT NULL
UNION
SELECT dong_code FROM stg_nhis WHERE dong_code IS NOT NULL
UNION
SELECT dong_code FROM stg_team WHERE dong_code IS NOT NULL
