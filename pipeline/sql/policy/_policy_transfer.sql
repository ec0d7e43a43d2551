-- grain: household_id
-- params: as_of
-- home: temp
-- why: the last word on handing a household over: asked, refused or taken, and by whom
SELECT
    coalesce(alias.household_id, asked.household_id) AS household_id, asked.to_city,
    asked.status, asked.decided_on
FROM out_transfer AS asked
LEFT JOIN core_household_alias AS alias ON alias.household_no = asked.household_id
WHERE asked.decided_on < $as_of
QUALIFY
    row_number() OVER (
        PARTITION BY coalesce(alias.household_id, asked.household_id)
        -- Asked and answered on one day: the answer is the last word.
        ORDER BY
            asked.decided_on DESC, asked.status = 'offered', asked.round DESC,
            asked.referral_id DESC
    ) = 1
