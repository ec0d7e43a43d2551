-- grain: household_id
-- params: as_of
-- why: whoever lives alone and is in hospital, a home or away is looked for again on the day of review; something new ends the waiting at once
SELECT household_id, '재확인일 ' || strftime(review_on, '%Y-%m-%d') AS detail_ko
FROM _policy_fact
-- core_locate parks only those of whom nothing new is known since.
WHERE locate_state = 'parked' AND review_on > $as_of
