-- grain: household_id
-- params: none
-- why: an open case is no new referral, and its manager knows what we know: nobody is sent, and the random slice passes them by
SELECT household_id, CAST(NULL AS VARCHAR) AS detail_ko
FROM _policy_fact
WHERE case_known_on IS NOT NULL AND (news_on IS NULL OR news_on < case_known_on)
