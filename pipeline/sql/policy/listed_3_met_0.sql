-- grain: household_id
-- params: unmet_times
-- why: listed again and again, and met by nobody: the pattern of Suwon in 2022
SELECT household_id, '접촉 없이 ' || unmet || '회 의뢰' AS detail_ko
FROM _policy_fact
WHERE unmet >= CAST($unmet_times AS INTEGER)
