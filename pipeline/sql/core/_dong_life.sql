-- grain: dong_code
-- params: as_of
-- home: temp
-- why: the life of every dong code of the whole country that had begun by the day; a code used twice counts with its latest life
SELECT
    dong_code, sido, sgg, dong_name, created_on, abolished_on,
    abolished_on IS NULL OR abolished_on > $as_of AS is_live
FROM stg_kikcd_h
WHERE dong_name IS NOT NULL AND created_on <= $as_of
QUALIFY row_number() OVER (PARTITION BY dong_code ORDER BY created_on DESC) = 1
