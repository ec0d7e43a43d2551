-- grain: household_id
-- params: as_of
-- home: temp
-- why: households that were handed to another dong of the town because they live there by now. It holds until the register tells of a move after that day; the transfer decided last counts.
WITH decided AS (
    SELECT
        coalesce(a.household_id, t.household_id) AS household_id, t.referral_id, t.to_dong,
        t.decided_on
    FROM out_transfer AS t
    LEFT JOIN core_household_alias AS a ON t.household_id = a.household_no
    WHERE
        t.status = 'accepted' AND t.to_dong IS NOT NULL AND t.decided_on < $as_of
    QUALIFY row_number() OVER (
        PARTITION BY coalesce(a.household_id, t.household_id)
        ORDER BY t.decided_on DESC, t.round DESC, t.referral_id DESC
    ) = 1
)
SELECT
    d.household_id, d.decided_on,
    coalesce(c.current_dong_code, d.to_dong) AS dong_code
FROM decided AS d
LEFT JOIN core_dong_current AS c ON d.to_dong = c.dong_code
LEFT JOIN core_household_member AS m ON d.household_id = m.household_id AND m.is_head
WHERE m.moved_in_on IS NULL OR m.moved_in_on <= d.decided_on
