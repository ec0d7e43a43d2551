-- grain: household_id
-- params: meeting_domains
-- why: short in several parts of life at once is more than one service can mend
WITH part AS (
    SELECT DISTINCT sign.household_id, kind.domain, kind.domain_ko
    FROM _policy_sign AS sign
    JOIN _policy_kind AS kind ON kind.event_type = sign.event_type
    JOIN _policy_fact AS fact ON fact.household_id = sign.household_id
    WHERE sign.is_current AND fact.domains >= CAST($meeting_domains AS INTEGER)
)
SELECT household_id, string_agg(domain_ko, ', ' ORDER BY domain) AS detail_ko
FROM part
GROUP BY household_id
