-- grain: source, dong_code
-- params: none
-- why: how each regular source last stood in each dong: of its latest month that a file came for. What was not observed there is no zero.
SELECT
    source, dong_code, month_no, state, "rows", accounts, homes, homes_blind,
    state IN ('reports', 'missing') AS is_observed
FROM core_coverage
QUALIFY row_number() OVER (
    PARTITION BY source, dong_code ORDER BY files_arrived > 0 DESC, month_no DESC
) = 1
ORDER BY source, dong_code
