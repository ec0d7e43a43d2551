-- grain: source, dong_code, month_no
-- params: none
-- home: temp
-- why: what each source told of each dong in each month, and whether its silence is news
SELECT
    source, dong_code, month_no, files_expected, files_arrived, "rows", accounts,
    first_known_on, last_ref_date, homes, homes_blind, state
FROM core_coverage
ORDER BY source, dong_code, month_no
