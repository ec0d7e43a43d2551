-- grain: household_id
-- params: as_of
-- home: temp
-- why: a household that nobody met is looked for until somebody does; a code, a vanished sign or a lost list must not close it
SELECT DISTINCT l.household_id
FROM core_listing AS l
INNER JOIN core_household AS h ON l.household_id = h.household_id
ANTI JOIN core_locate AS q ON l.household_id = q.household_id
WHERE
    l.disposition = 'locate' AND (h.members_alive > 0 OR h.kind = 'address_only')
    AND NOT EXISTS (
        SELECT 1 FROM core_listing AS c
        WHERE
            c.household_id = l.household_id
            AND c.contacted_on >= coalesce(l.last_attempt_on, l.listed_on)
    )
    AND NOT EXISTS (
        SELECT 1 FROM out_transfer AS t
        LEFT JOIN core_household_alias AS a ON t.household_id = a.household_no
        WHERE
            coalesce(a.household_id, t.household_id) = l.household_id
            AND t.status = 'accepted' AND t.to_city IS NOT NULL
            AND t.decided_on < $as_of
            AND t.decided_on >= coalesce(l.last_attempt_on, l.listed_on)
    )
