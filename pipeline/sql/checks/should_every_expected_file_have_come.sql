-- grain: source, month_no
-- params: none
-- home: temp
-- why: a file that was due and did not come tells nothing, least of all that all is well
SELECT source, month_no, files_expected - files_arrived AS files_missing
FROM core_coverage_month
WHERE files_arrived < files_expected
