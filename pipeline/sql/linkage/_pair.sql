-- grain: source, account_no, person_key
-- params: none
-- home: temp
-- why: who an open account may belong to. A pair is looked at only if name and one more part agree, or nearly; or if the phone or the whole door agree, whatever the name. So pairs stay few.
WITH person AS (
    SELECT
        p.person_key, p.household_id, p.name, p.phone,
        strftime(p.birth_date, '%y%m%d') AS birth,
        h.city, h.area, h.road_key, h.unit_key, h.is_apartment
    FROM _register_person AS p
    LEFT JOIN _register_home AS h ON p.household_id = h.household_id
),
named AS (
    SELECT r.*, n.registered
    FROM _rest AS r
    INNER JOIN _near_name AS n ON r.name = n.written
)
SELECT r.source, r.account_no, p.person_key
FROM named AS r
INNER JOIN person AS p
    ON r.registered = p.name AND r.city = p.city AND r.road_key = p.road_key
UNION
SELECT r.source, r.account_no, p.person_key
FROM named AS r
INNER JOIN person AS p ON r.registered = p.name AND r.birth = p.birth
UNION
SELECT r.source, r.account_no, p.person_key
FROM named AS r
INNER JOIN person AS p
    ON r.registered = p.name AND r.city = p.city AND r.area = p.area
WHERE
    r.road_key IS NULL
    AND (
        coalesce(r.unit_key, '') = coalesce(p.unit_key, '')
        -- A unit may be left out; an apartment's water is in its management fee.
        OR (r.unit_key IS NULL AND p.is_apartment IS NOT TRUE)
    )
UNION
-- One slip in a date leaves its year, month or day whole; in a phone, one half.
SELECT r.source, r.account_no, p.person_key
FROM _rest AS r
INNER JOIN person AS p
    ON r.name = p.name AND substr(r.birth, 1, 2) = substr(p.birth, 1, 2)
WHERE damerau_levenshtein(r.birth, p.birth) = 1
UNION
SELECT r.source, r.account_no, p.person_key
FROM _rest AS r
INNER JOIN person AS p
    ON r.name = p.name AND substr(r.birth, 3, 2) = substr(p.birth, 3, 2)
WHERE damerau_levenshtein(r.birth, p.birth) = 1
UNION
SELECT r.source, r.account_no, p.person_key
FROM _rest AS r
INNER JOIN person AS p
    ON r.name = p.name AND substr(r.birth, 5, 2) = substr(p.birth, 5, 2)
WHERE damerau_levenshtein(r.birth, p.birth) = 1
UNION
SELECT r.source, r.account_no, p.person_key
FROM _rest AS r
INNER JOIN person AS p ON r.name = p.name AND right(r.phone, 4) = right(p.phone, 4)
WHERE damerau_levenshtein(r.phone, p.phone) = 1
UNION
SELECT r.source, r.account_no, p.person_key
FROM _rest AS r
INNER JOIN person AS p
    ON r.name = p.name AND substr(r.phone, 4, 4) = substr(p.phone, 4, 4)
WHERE damerau_levenshtein(r.phone, p.phone) = 1
UNION
SELECT r.source, r.account_no, p.person_key
FROM _rest AS r
INNER JOIN person AS p ON r.phone = p.phone
UNION
SELECT r.source, r.account_no, p.person_key
FROM _rest AS r
INNER JOIN person AS p
    ON
        r.city = p.city AND r.road_key = p.road_key
        AND coalesce(r.unit_key, '') = coalesce(p.unit_key, '')
WHERE r.is_complete
