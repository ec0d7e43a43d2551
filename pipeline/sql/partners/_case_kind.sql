-- grain: household_id
-- params: as_of
-- home: temp
-- why: what would tell a household from others on a case sheet, of the whole city, so that a sheet can say no more than fits several of them. Where a protected household lives is told to nobody. Ages are those of the head, in tens and in three bands.
WITH living AS (
    SELECT
        household_id,
        count(*) AS members,
        max(CASE WHEN is_head THEN age END) AS head_age,
        bool_or(age < 19) AS has_child,
        bool_and(age >= 65) AS is_all_aged
    FROM (
        SELECT
            household_id, is_head,
            (year($as_of) * 12 + month($as_of) - birth_month_no) // 12 AS age
        FROM core_household_member
        WHERE NOT coalesce(is_dead, FALSE)
    ) AS member
    GROUP BY household_id
)
SELECT
    h.household_id,
    CASE WHEN NOT coalesce(h.is_protected, TRUE)
        THEN coalesce(d.dong_name, h.current_dong_code) END AS dong,
    CASE
        WHEN l.head_age IS NULL THEN '모름'
        WHEN l.head_age < 30 THEN '30세 미만'
        WHEN l.head_age >= 80 THEN '80세 이상'
        ELSE (l.head_age // 10 * 10) || '대'
    END AS age,
    CASE
        WHEN l.head_age IS NULL THEN '모름'
        WHEN l.head_age < 40 THEN '40세 미만'
        WHEN l.head_age < 65 THEN '40~64세'
        ELSE '65세 이상'
    END AS age_band,
    CASE
        WHEN h.kind = 'address_only' THEN '등록된 사람이 없는 집'
        WHEN coalesce(l.members, 0) <= 1 THEN '1인 가구'
        WHEN l.has_child THEN '미성년자가 있는 가구'
        WHEN l.is_all_aged THEN '65세 이상만 사는 가구'
        ELSE '그 밖의 2인 이상 가구'
    END AS kind,
    CASE
        WHEN h.kind = 'address_only' THEN '등록된 사람이 없는 집'
        WHEN coalesce(l.members, 0) <= 1 THEN '1인 가구'
        ELSE '2인 이상 가구'
    END AS kind_band
FROM core_household AS h
LEFT JOIN living AS l ON h.household_id = l.household_id
LEFT JOIN core_dong AS d ON h.current_dong_code = d.dong_code AND d.is_live
