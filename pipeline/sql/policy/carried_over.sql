-- grain: household_id
-- params: none
-- why: a place on a list is a promise: whom nobody went to see stays a candidate although the signs are gone
SELECT household_id, '방문 없이 ' || carried_in_row || '회 이월' AS detail_ko
FROM _policy_fact
WHERE carried_in_row > 0
