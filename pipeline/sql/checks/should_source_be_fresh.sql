-- grain: source
-- params: none
-- home: temp
-- why: old news is not the state of today
SELECT source, last_ref_date
FROM core_source_clock
WHERE is_stale
