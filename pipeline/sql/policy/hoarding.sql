-- grain: household_id
-- params: as_of
-- why: an officer who was there suspects hoarding: clearing needs consent and help
SELECT
    listed.household_id,
    '현장 확인 ' || strftime(max(coalesce(listed.result_on, listed.listed_on)), '%Y-%m-%d')
        AS detail_ko
FROM core_listing AS listed
JOIN _policy_fact AS fact ON fact.household_id = listed.household_id
WHERE list_contains(string_split(listed.field_flag, ','), 'hoarding')
  AND listed.returned_known_on < $as_of AND fact.is_in_play
GROUP BY listed.household_id
