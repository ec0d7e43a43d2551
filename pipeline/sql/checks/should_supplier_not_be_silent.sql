-- grain: source, dong_code
-- params: none
-- home: temp
-- why: a supplier that told of a dong and tells nothing more leaves zeros that are none
SELECT source, dong_code, month_no
FROM core_coverage_now
WHERE state = 'silent'
