-- grain: household_id, person_key, from_on
-- params: none
-- why: effective-dated households: who of the living belonged where, from when until when (half-open; open where it still holds)
SELECT
    coalesce(a.household_id, s.household_no) AS household_id, s.person_key, s.from_on,
    s.to_on
FROM _household_spell AS s
LEFT JOIN core_household_alias AS a ON s.household_no = a.household_no
ORDER BY household_id, person_key, from_on
