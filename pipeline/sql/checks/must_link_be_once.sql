-- grain: source, account_no
-- params: none
-- home: temp
-- why: an account linked twice would count its debt twice
SELECT source, account_no, count(*) AS links
FROM core_link
GROUP BY source, account_no
HAVING count(*) > 1
