-- grain: source, account_no, ref_date
-- params: none
-- home: temp
-- why: the four payers' snapshots in one shape. `part` is the piece of a source that a file is complete for: the whole source, or one dong of the waterworks.
SELECT
    'kepco' AS source, account_no, account_key, account_key AS subject, '' AS part,
    file_id, row_no, ref_date, known_on, version,
    months_overdue, amount_krw, stopped_on, restored_on,
    contract_kind = 'home' AS is_home, FALSE AS is_master
FROM stg_kepco
UNION ALL
SELECT
    'water', account_no, account_key, account_key, waterworks_dong,
    file_id, row_no, ref_date, known_on, version,
    months_overdue, amount_krw, stopped_on, restored_on,
    use_kind = 'home', coalesce(households, 1) >= 2
FROM stg_water
UNION ALL
SELECT
    'gas', account_no, account_key, account_key, '',
    file_id, row_no, ref_date, known_on, version,
    months_overdue, amount_krw, stopped_on, restored_on,
    TRUE, FALSE
FROM stg_gas
UNION ALL
SELECT
    'nhis', certificate_no, NULL, head_key, '',
    file_id, row_no, ref_date, known_on, version,
    months_overdue, amount_krw, NULL, NULL,
    TRUE, FALSE
FROM stg_nhis
