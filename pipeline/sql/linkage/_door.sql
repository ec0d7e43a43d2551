-- grain: source, account_no
-- params: none
-- home: temp
-- why: the only household registered behind an account's complete address. It is `settled` when a register taken after the name first stood on the account shows it living there since before: then another name is a landlord's or an earlier tenant's.
SELECT
    a.source, a.account_no, h.household_id,
    h.moved_in_on <= a.holder_since AS was_there_before,
    h.moved_in_on <= a.holder_since AND h.register_ref_date >= a.holder_since
        AS is_settled
FROM _account_place AS a
INNER JOIN _register_home AS h
    ON
        a.city = h.city
        AND a.road_key = h.road_key
        AND coalesce(a.unit_key, '') = coalesce(h.unit_key, '')
WHERE a.is_complete AND h.is_only_one
