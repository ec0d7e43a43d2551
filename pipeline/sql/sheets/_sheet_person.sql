-- grain: one row per household of _sheet_asked
-- params: none
-- home: temp
-- why: a list or sheet meets names here and nowhere else, by the row of the file that the household came from, in a temp table that dies with the connection; where a protected household lives is left out before anybody can write it
WITH vault_row AS (
    SELECT
        file_id, row_no, name,
        nullif(concat_ws(' ', road_address, detail_address), '') AS address, phone
    FROM vault.vault_resident
    UNION ALL
    -- Whoever changed since the register stands in the change's row.
    SELECT
        file_id, row_no, name,
        nullif(concat_ws(' ', road_address, detail_address), '') AS address, phone
    FROM vault.vault_resident_change
    UNION ALL
    SELECT
        file_id, row_no, name,
        nullif(concat_ws(' ', road_address, detail_address), '') AS address, NULL
    FROM vault.vault_kepco
    UNION ALL
    SELECT file_id, row_no, name, lot_address AS address, NULL FROM vault.vault_water
    UNION ALL
    SELECT file_id, row_no, name, road_address AS address, NULL FROM vault.vault_gas
    UNION ALL
    SELECT
        file_id, row_no, name,
        nullif(concat_ws(' ', road_address, detail_address), '') AS address, NULL
    FROM vault.vault_tip
),
bill AS (
    SELECT 'gas' AS source, file_id, row_no, road_address AS address, NULL AS detail
    FROM vault.vault_gas
    UNION ALL
    SELECT 'kepco', file_id, row_no, road_address, detail_address FROM vault.vault_kepco
),
head AS (
    SELECT household_id, min(birth_month_no) AS birth_month_no
    FROM core_household_member
    WHERE is_head
    GROUP BY household_id
),
asked AS (SELECT DISTINCT household_id FROM _sheet_asked)
SELECT
    asked.household_id, household.is_protected,
    household.kind = 'address_only' AS is_address_only,
    -- An account holder is not the one who lives there: no name, birth year or phone
    -- of theirs leaves.
    CASE WHEN household.kind = 'registered' THEN vault_row.name END AS name,
    CASE WHEN household.kind = 'registered' THEN (head.birth_month_no - 1) // 12 END
        AS birth_year,
    CASE WHEN NOT household.is_protected THEN vault_row.address END AS address,
    bill.source AS unit_from_source,
    bill.address AS unit_address, bill.detail AS unit_detail,
    CASE WHEN household.kind = 'registered' AND NOT household.is_protected
        THEN vault_row.phone END AS phone
FROM asked
JOIN core_household AS household ON household.household_id = asked.household_id
LEFT JOIN head ON head.household_id = asked.household_id
LEFT JOIN core_address AS known
    ON known.household_id = asked.household_id AND NOT household.is_protected
-- Where the register lacks the door, the bill of the same holder at the same house.
LEFT JOIN bill
    ON bill.source = known.unit_from_source
    AND bill.file_id = known.unit_from_file_id
    AND bill.row_no = known.unit_from_row_no
LEFT JOIN vault_row
    ON vault_row.file_id = household.source_file_id
    AND vault_row.row_no = household.row_no
