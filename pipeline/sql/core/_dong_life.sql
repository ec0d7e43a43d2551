-- grain: dong_code
-- params: as_of
-- home: temp
-- why: the life of every dong code of the whole country that had begun by the day; a code used twice counts with its latest life. A code that a later list of live codes leaves out has ended between the two registers (`last_listed_on`, `ended_on`): only where that list speaks for the code's province or 시군구.
WITH told AS (
    SELECT *
    FROM _dong_register
    WHERE dong_name IS NOT NULL AND created_on <= $as_of
    QUALIFY row_number() OVER (
        PARTITION BY dong_code, created_on
        ORDER BY ref_date DESC, known_on DESC, version DESC, row_no DESC, file_id DESC
    ) = 1
),
life AS (
    SELECT *
    FROM told
    -- The map of legal dongs dates its own rows: a register's word on a birth goes first.
    QUALIFY row_number() OVER (
        PARTITION BY dong_code ORDER BY is_map, created_on DESC
    ) = 1
),
listed AS (
    SELECT dong_code, max(ref_date) AS ref_date
    FROM _dong_register
    GROUP BY dong_code
),
current_list AS (
    SELECT
        file_id, ref_date, substr(dong_code, 1, 2) AS province, sgg,
        dong_name IS NULL AS is_head
    FROM _dong_register
    WHERE is_current_only
),
province_size AS (
    SELECT substr(dong_code, 1, 2) AS province, count(*) AS dongs
    FROM life
    WHERE abolished_on IS NULL
    GROUP BY substr(dong_code, 1, 2)
),
covered AS (
    -- A list speaks for a province whose row it has (but not an excerpt that has kept
    -- that row), for a 시군구 whose row it has, and, being the whole country's, for a
    -- province that it has no row of any more.
    SELECT c.ref_date, c.province, NULL AS sgg
    FROM current_list AS c
    INNER JOIN province_size AS p ON c.province = p.province
    GROUP BY c.file_id, c.ref_date, c.province
    HAVING bool_or(c.is_head AND c.sgg IS NULL) 
        AND 2 * count(*) FILTER (NOT c.is_head) >= max(p.dongs)
    UNION
    SELECT ref_date, province, sgg FROM current_list WHERE is_head AND sgg IS NOT NULL
    UNION
    SELECT whole.ref_date, p.province, NULL
    FROM (
        SELECT file_id, ref_date, list(DISTINCT province) AS provinces
        FROM current_list
        GROUP BY file_id, ref_date
        HAVING count(DISTINCT province) FILTER (is_head AND sgg IS NULL) >= 10
    ) AS whole
    INNER JOIN province_size AS p ON NOT list_contains(whole.provinces, p.province)
),
left_out AS (
    SELECT l.dong_code, min(c.ref_date) AS ended_on
    FROM life AS l
    INNER JOIN listed AS t ON l.dong_code = t.dong_code
    INNER JOIN covered AS c
        ON substr(l.dong_code, 1, 2) = c.province AND c.ref_date > t.ref_date
    WHERE l.abolished_on IS NULL AND (c.sgg IS NULL OR c.sgg = l.sgg)
    GROUP BY l.dong_code
),
ended AS (
    SELECT
        l.* EXCLUDE (abolished_on),
        coalesce(l.abolished_on, o.ended_on) AS abolished_on,
        CASE WHEN o.ended_on IS NOT NULL THEN t.ref_date END AS last_listed_on
    FROM life AS l
    INNER JOIN listed AS t ON l.dong_code = t.dong_code
    LEFT JOIN left_out AS o ON l.dong_code = o.dong_code
),
keyed AS (
    SELECT
        dong_code, sido, sgg, dong_name, created_on, abolished_on, last_listed_on,
        abolished_on IS NULL OR abolished_on > $as_of AS is_live,
        -- 부산직할시 and 부산광역시, 전라북도 and 전북특별자치도 are one province.
        CASE
            WHEN regexp_matches(sido, '^(충청|전라|경상)[남북]')
                THEN substr(sido, 1, 1) || substr(sido, 3, 1)
            ELSE substr(sido, 1, 2)
        END AS province,
        -- 제1동 and 1동, 1·2동 and 1,2동 are one name.
        regexp_replace(
            regexp_replace(dong_name, '제(\d)', '\1', 'g'), '[·.ㆍ‧]', ',', 'g'
        ) AS name_key
    FROM ended
)
SELECT
    *,
    -- A 구 of a 시 belongs to the town 시, also glued (부천시소사구).
    province || ' ' || coalesce(regexp_extract(sgg, '^(\S+?[시군])(?:\s*\S+구)?$', 1), '')
    || CASE WHEN regexp_matches(sgg, '^\S+?[시군](?:\s*\S+구)?$') THEN '' ELSE coalesce(sgg, '') END
        AS town,
    concat_ws(' ', province, sgg) AS district,
    regexp_replace(name_key, '[0-9,]*(동|읍|면|가동)$', '') AS stem
FROM keyed
