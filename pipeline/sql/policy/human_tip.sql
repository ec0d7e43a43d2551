-- grain: household_id
-- params: none
-- why: somebody saw with their own eyes; it stands until a team has gone or spoken to them since. What was told on the day of an attempt was not known to it.
SELECT household_id, '제보 확인 ' || strftime(tip_known_on, '%Y-%m-%d') AS detail_ko
FROM _policy_fact
WHERE tip_known_on >= coalesce(greatest(last_attempt_on, contacted_on), tip_known_on)
