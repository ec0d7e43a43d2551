-- grain: household_id, person_key
-- params: as_of
-- why: who is registered together, in the latest visible register. The head is the registered one (본인) while alive, else the oldest living member: somebody must be able to open the door.
WITH latest AS (
    SELECT last_ref_date FROM core_source_clock WHERE source = 'resident'
),
resident AS (
    SELECT
        'H' || substr(r.registry_no_key, 1, 15) AS household_id,
        r.* EXCLUDE (registry_no_key),
        r.died_on IS NOT NULL AND r.died_on < $as_of AS is_dead
    FROM stg_resident AS r
    INNER JOIN latest ON r.ref_date = latest.last_ref_date
)
SELECT
    household_id, person_key, relation,
    row_number() OVER (
        PARTITION BY household_id
        ORDER BY is_dead, relation <> 'head', birth_month_no, person_key
    ) = 1 AS is_head,
    birth_month_no, sex, is_foreigner, disability_level, moved_in_on,
    is_residence_unknown, is_dead, is_protected,
    dong_code, ref_date AS register_ref_date, file_id, row_no
FROM resident
ORDER BY household_id, person_key
