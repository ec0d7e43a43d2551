-- grain: household_id
-- params: none
-- why: somebody manages the case already: its manager hears of what is new since the case was opened and since the last notice, and no team is sent beside them
SELECT household_id, '새 정보 ' || strftime(news_on, '%Y-%m-%d') AS detail_ko
FROM _policy_fact
WHERE news_on >= case_known_on
