-- grain: household_id
-- params: as_of
-- why: found above the income line before: what the law cannot give, private help may
WITH above AS (
    SELECT household_id, 'N1 판정' AS how_ko, coalesce(result_on, listed_on) AS on_date
    FROM core_listing
    WHERE result_code = 'N1' AND returned_known_on < $as_of
    UNION ALL
    SELECT person.household_id, '소득·재산으로 급여 탈락', coalesce(told.ends_on, told.starts_on)
    FROM stg_benefit AS told
    JOIN core_person_key AS person ON person.person_key = told.person_key
    -- Only whether the reason speaks of income leaves the vault here.
    JOIN vault.vault_benefit AS written
        ON written.file_id = told.file_id AND written.row_no = told.row_no
    WHERE told.status IN ('stopped', 'dropped') AND told.known_on < $as_of
      AND regexp_matches(written.reason, '소득|재산')
)
SELECT
    above.household_id,
    max_by(above.how_ko, (above.on_date, above.how_ko)) AS detail_ko
FROM above
JOIN _policy_fact AS fact ON fact.household_id = above.household_id
WHERE fact.is_in_play
GROUP BY above.household_id
