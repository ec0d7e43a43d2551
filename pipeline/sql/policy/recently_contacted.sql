-- grain: household_id
-- params: as_of, cooling_off_days
-- why: who was met lately is left in peace, unless a cut-off, a tip or a new kind of sign became known since. What became known on the day of the contact was not visible to it.
SELECT household_id, '최근 접촉 ' || strftime(contacted_on, '%Y-%m-%d') AS detail_ko
FROM _policy_fact
WHERE is_in_play
  AND contacted_on >= $as_of - CAST($cooling_off_days AS INTEGER)
  AND (news_on IS NULL OR news_on < contacted_on)
