-- grain: source, account_no
-- params: review_from
-- why: whose each account is, and on what ground; or nobody's, and why not. Every account ever seen has exactly one row.
WITH open_pair AS (
    -- Several fit, or the only ones registered at the door bear another name.
    SELECT source, account_no, household_id FROM _match_candidate
    UNION
    SELECT source, account_no, household_id FROM _lot_candidate
    UNION
    SELECT source, account_no, household_id FROM _door
    UNION
    SELECT source, account_no, household_id FROM _candidate
    WHERE probability >= $review_from
),
open_account AS (
    SELECT DISTINCT o.source, o.account_no
    FROM open_pair AS o
    INNER JOIN _account AS a ON o.source = a.source AND o.account_no = a.account_no
    ANTI JOIN _decision AS d
        ON
            o.source = d.source AND o.household_id = d.household_id
            AND coalesce(a.account_key, a.account_no) = d.account_key
            AND d.decision = 'not_same'
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
        CASE WHEN m.reason IS NULL THEN n.dong_code END AS dong_code,
        m.match_probability
    FROM _account AS a
    LEFT JOIN _decided AS m ON a.source = m.source AND a.account_no = m.account_no
    LEFT JOIN _nobody_registered AS n
        ON a.source = n.source AND a.account_no = n.account_no
    LEFT JOIN open_account AS c
        ON a.source = c.source AND a.account_no = c.account_no
),
named_by_number AS (
    -- The insurers and the pension service write a resident number, kept as a key.
    SELECT
        source, account_no, subject AS person_key,
        -- A certificate that passed to another person is the other's from then on.
        min(ref_date) OVER (PARTITION BY source, account_no, subject) AS holder_since
    FROM _account_state
    WHERE source IN ('nhis', 'nps', 'kcomwel')
    QUALIFY row_number() OVER (
        PARTITION BY source, account_no
        ORDER BY ref_date DESC, known_on DESC, version DESC, row_no DESC
    ) = 1
)
SELECT
    source, account_no, account_key, household_id, person_key, reason, dong_code,
    holder_since, match_probability
FROM account
UNION ALL
SELECT
    c.source, c.account_no, NULL, m.household_id, m.member_key,
    CASE WHEN m.member_key IS NULL THEN 'NO_MATCH' ELSE 'REGISTER_KEY' END,
    NULL, c.holder_since, NULL
FROM named_by_number AS c
LEFT JOIN core_person_key AS m ON c.person_key = m.person_key
ORDER BY source, account_no
