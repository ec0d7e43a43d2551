-- grain: household_id
-- params: carried_rounds
-- why: the list went out and nobody went: the office owes them a visit before anybody new
SELECT household_id, '방문 없이 ' || carried_in_row || '회 이월' AS detail_ko
FROM _policy_fact
WHERE carried_in_row >= CAST($carried_rounds AS INTEGER)
