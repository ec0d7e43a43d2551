-- grain: dong_code
-- params: none
-- home: temp
-- why: an ended code and the code of the same name that began as it ended, nearest place first: same 시군구, same town, same province, another province. Beyond the town a name alone proves nothing: the tail of the code must have stayed, or another dong have gone the same way.
WITH begun AS (
    -- What the register opens with was not born on that day.
    SELECT * FROM _dong_life
    WHERE created_on > (SELECT min(created_on) FROM _dong_life)
),
near AS (
    SELECT
        d.dong_code, b.dong_code AS heir,
        d.abolished_on, d.town AS old_town, b.town AS new_town,
        CASE
            WHEN d.province = b.province AND d.sgg IS NOT DISTINCT FROM b.sgg THEN 1
            WHEN d.town = b.town THEN 2
            WHEN d.province = b.province THEN 3
            ELSE 4
        END AS distance,
        substr(d.dong_code, 6) = substr(b.dong_code, 6) AS is_same_tail
    FROM _dong_life AS d
    INNER JOIN begun AS b
        ON d.name_key = b.name_key
        AND d.dong_code <> b.dong_code
        AND b.created_on >= coalesce(d.last_listed_on + 1, d.abolished_on)
        -- The register ends some codes a few days before it begins the next.
        AND b.created_on <= d.abolished_on
            + CASE WHEN d.last_listed_on IS NULL THEN 3 ELSE 0 END
    WHERE
        NOT d.is_live
        AND (b.abolished_on IS NULL OR b.abolished_on > d.abolished_on)
),
nearest AS (
    SELECT *
    FROM near
    QUALIFY
        distance = min(distance) OVER (PARTITION BY dong_code)
        AND distance = min(distance) OVER (PARTITION BY heir)
),
paired AS (
    SELECT *
    FROM nearest
    QUALIFY
        count(*) OVER (PARTITION BY dong_code) = 1
        AND count(*) OVER (PARTITION BY heir) = 1
)
SELECT dong_code, heir, abolished_on, old_town, new_town
FROM paired
QUALIFY
    distance <= 2 OR is_same_tail
    OR count(*) OVER (PARTITION BY abolished_on, old_town, new_town) >= 2
