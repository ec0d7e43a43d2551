-- grain: source, account_no
-- params: none
-- why: whose each account is, and on what ground; or nobody's, and why not. Every account ever seen has exactly one row.
WITH open_account AS (
    -- Several fit, or the only ones registered at the door bear another name.
    SELECT source, account_no FROM _match_candidate
    UNION
    SELECT source, account_no FROM _lot_candidate
    UNION
    SELECT source, account_no FROM _door
),
account AS (
    SELECT
        a.source, a.account_no, a.account_key, a.holder_since,
        coalesce(m.household_id, n.household_id) AS household_id,
        m.person_key,
        CASE
            WHEN a.is_master THEN 'MASTER_METER'
            WHEN NOT a.is_home THEN 'NOT_RESIDENTIAL'
            WHEN m.reason IS NOT NULL THEN m.reason
            WHEN n.household_id IS NOT NULL THEN 'NOBODY_REGISTERED'
            WHEN c.account_no IS NOT NULL THEN 'AMBIGUOUS'
            ELSE 'NO_MATCH'
        END AS reason,
        CASE WHEN m.reason IS NULL THEN n.dong_code END AS dong_code
    FROM _account AS a
    LEFT JOIN _match AS m ON a.source = m.source AND a.account_no = m.account_no
    LEFT JOIN _nobody_registered AS n
        ON a.source = n.source AND a.account_no = n.account_no
    LEFT JOIN open_account AS c
        ON a.source = c.source AND a.account_no = c.account_no
),
certificate AS (
    SELECT
        'nhis' AS source, n.certificate_no AS account_no, n.head_key,
        -- A certificate that passed to another person is the other's from then on.
        min(n.ref_date) OVER (PARTITION BY n.certificate_no, n.head_key)
            AS holder_since
    FROM stg_nhis AS n
    QUALIFY row_number() OVER (
        PARTITION BY n.certificate_no
        ORDER BY n.ref_date DESC, n.known_on DESC, n.version DESC, n.row_no DESC
    ) = 1
)
SELECT
    source, account_no, account_key, household_id, person_key, reason, dong_code,
    holder_since
FROM account
UNION ALL
SELECT
    c.source, c.account_no, NULL, m.household_id, m.person_key,
    CASE WHEN m.person_key IS NULL THEN 'NO_MATCH' ELSE 'REGISTER_KEY' END,
    NULL, c.holder_since
FROM certificate AS c
LEFT JOIN core_household_member AS m ON c.head_key = m.person_key
ORDER BY source, account_no
