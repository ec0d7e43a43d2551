-- grain: source, account_no
-- params: none
-- home: temp
-- why: accounts of homes that are compared by probability: those that the exact cascade leaves open, and those that it found at another address, of which some are a landlord's
SELECT
    a.source, a.account_no, coalesce(a.account_key, a.account_no) AS account_key,
    a.part, a.name, strftime(a.birth_date, '%y%m%d') AS birth, a.phone,
    a.city, a.area, a.road_key, a.unit_key, a.door_key, a.is_complete, a.holder_since,
    a.registered_at_number
FROM _account_place AS a
ANTI JOIN _match AS m
    ON
        a.source = m.source AND a.account_no = m.account_no
        AND m.reason NOT IN ('NAME_PHONE', 'NAME_BIRTH')
WHERE a.name IS NOT NULL
