-- grain: source, account_no
-- params: as_of
-- home: temp
-- why: each account as its latest file shows it, with the person and place written on it. `holder_since`: from when on that name has stood there; earlier debts are another's. `has_recent_sign`: stopped now or within a year, or told of by somebody within one.
WITH written AS (
    SELECT
        'kepco' AS source, file_id, row_no, name, birth_date, CAST(NULL AS VARCHAR) AS phone,
        road_address AS address, detail_address AS detail
    FROM vault.vault_kepco
    UNION ALL
    SELECT 'water', file_id, row_no, name, NULL, NULL, lot_address, NULL
    FROM vault.vault_water
    UNION ALL
    SELECT 'gas', file_id, row_no, name, NULL, phone, road_address, NULL
    FROM vault.vault_gas
    UNION ALL
    SELECT 'tip', file_id, row_no, name, NULL, NULL, road_address, detail_address
    FROM vault.vault_tip
),
state AS (
    SELECT
        source, account_no, account_key, part, file_id, row_no, ref_date, known_on,
        version, is_home, is_master
    FROM _account_state
    UNION ALL
    -- A tip names one person at one address once, as an account does.
    SELECT
        'tip', tip_no, NULL, '', file_id, row_no, ref_date, known_on, version,
        TRUE, FALSE
    FROM stg_tip
),
history AS (
    SELECT
        s.*,
        upper(regexp_replace(w.name, '[\s·.,-]|\(.*', '', 'g')) AS name,
        w.birth_date, regexp_replace(w.phone, '\D', '', 'g') AS phone,
        w.address, w.detail
    FROM state AS s
    INNER JOIN written AS w
        ON s.source = w.source AND s.file_id = w.file_id AND s.row_no = w.row_no
),
latest AS (
    SELECT *
    FROM history
    QUALIFY row_number() OVER (
        PARTITION BY source, account_no
        ORDER BY ref_date DESC, known_on DESC, version DESC, row_no DESC
    ) = 1
),
other_name AS (
    SELECT h.source, h.account_no, max(h.ref_date) AS until
    FROM history AS h
    INNER JOIN latest AS l ON h.source = l.source AND h.account_no = l.account_no
    WHERE h.name <> l.name
    GROUP BY h.source, h.account_no
),
holder AS (
    SELECT
        h.source, h.account_no,
        min(h.ref_date) FILTER (o.until IS NULL OR h.ref_date > o.until) AS holder_since,
        min(h.ref_date) AS first_ref_date
    FROM history AS h
    LEFT JOIN other_name AS o ON h.source = o.source AND h.account_no = o.account_no
    GROUP BY h.source, h.account_no
),
sign AS (
    SELECT
        source, account_no,
        bool_or(is_current OR stopped_on >= $as_of - INTERVAL 12 MONTH) AS is_recent
    FROM _stop
    GROUP BY source, account_no
    UNION ALL
    SELECT 'tip', tip_no, received_on >= $as_of - INTERVAL 12 MONTH
    FROM stg_tip
)
SELECT
    l.source, l.account_no, l.account_key, l.part, l.file_id, l.row_no, l.ref_date,
    l.is_home, l.is_master, l.name, l.birth_date,
    CASE WHEN length(l.phone) >= 9 THEN l.phone END AS phone,
    l.address, l.detail, h.holder_since, h.first_ref_date,
    coalesce(s.is_recent, FALSE) AS has_recent_sign
FROM latest AS l
INNER JOIN holder AS h ON l.source = h.source AND l.account_no = h.account_no
LEFT JOIN sign AS s ON l.source = s.source AND l.account_no = s.account_no
