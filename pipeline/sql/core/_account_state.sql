-- grain: source, account_no, ref_date
-- params: none
-- home: temp
-- why: the payers' snapshots in one shape; a pension 'account' is a person and kind, a workplace counts with its longer debt. Exempt from paying is no debt. `part` is the piece of a source that a file is complete for: the whole source, or one dong of the waterworks.
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
UNION ALL
SELECT
    'nps', person_key || '/' || subscriber_kind, NULL, person_key, '',
    file_id, row_no, ref_date, known_on, version,
    CASE WHEN is_exempt THEN 0 ELSE months_overdue END, amount_krw, NULL, NULL,
    TRUE, FALSE
FROM stg_nps
UNION ALL
SELECT
    'kcomwel', workplace_no, NULL, owner_key, '',
    file_id, row_no, ref_date, known_on, version,
    -- greatest() passes over a missing side; a sum would not.
    greatest(employment_months_overdue, accident_months_overdue),
    coalesce(employment_amount_krw, 0) + coalesce(accident_amount_krw, 0), NULL, NULL,
    TRUE, FALSE
FROM stg_kcomwel
