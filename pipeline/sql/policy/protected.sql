-- grain: household_id
-- params: protected_officer
-- why: where they live may be known to the one officer named for them and to nobody else; without a named officer they are not referred
SELECT household_id, CAST(NULL AS VARCHAR) AS detail_ko
FROM _policy_fact
WHERE is_protected AND is_in_play AND trim($protected_officer) <> ''
