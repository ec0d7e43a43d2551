-- grain: household_id
-- params: meeting_unmet
-- why: what did not help so often will not help once more: several offices decide together how to reach them
SELECT household_id, '접촉 없이 ' || unmet || '회 의뢰' AS detail_ko
FROM _policy_fact
WHERE unmet >= CAST($meeting_unmet AS INTEGER)
