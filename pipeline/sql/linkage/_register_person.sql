-- grain: person_key
-- params: none
-- home: temp
-- why: registered people with what an account may know of them; names stay in memory
WITH written AS (
    SELECT file_id, row_no, name, birth_date, phone, road_address, detail_address
    FROM vault.vault_resident
    UNION ALL
    -- Whoever changed since the register stands in the change's row.
    SELECT file_id, row_no, name, birth_date, phone, road_address, detail_address
    FROM vault.vault_resident_change
)
SELECT
    m.person_key, m.household_id, m.is_head,
    upper(regexp_replace(v.name, '[\s·.,-]|\(.*', '', 'g')) AS name,
    v.birth_date,
    CASE WHEN length(v.phone) >= 9 THEN regexp_replace(v.phone, '\D', '', 'g') END AS phone,
    v.road_address AS address, v.detail_address AS detail
FROM core_household_member AS m
INNER JOIN written AS v ON m.file_id = v.file_id AND m.row_no = v.row_no
