-- grain: household_id
-- params: none
-- why: only foreigners live there: emergency aid has a standard of its own for them (긴급복지지원법 §5의2)
SELECT household_id, CAST(NULL AS VARCHAR) AS detail_ko
FROM _policy_fact
WHERE is_foreign_only AND is_in_play
