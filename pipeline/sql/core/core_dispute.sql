-- grain: file_id, row_no
-- params: as_of
-- why: rows that a person disputes, and the same claim in other files of that source: a screening leaves them out from the day after the decision, until it is settled or the source sends that day's file anew. A debt is the same claim while it began in the same month, a stop while its day is the same; what the source tells otherwise is news and counts.
WITH last_word AS (
    SELECT decision_no, kind, source, file_id, row_no, known_on
    FROM subject_decision
    WHERE known_on < $as_of AND kind IN ('dispute', 'settled')
    QUALIFY row_number() OVER (
        PARTITION BY source, file_id, row_no ORDER BY known_on DESC, decision_no DESC
    ) = 1
),
disputed AS (
    SELECT
        w.decision_no, w.source, w.file_id, w.row_no,
        year(f.ref_date) * 12 + month(f.ref_date) AS month_no
    FROM last_word AS w
    INNER JOIN core_file AS f ON w.file_id = f.file_id
    WHERE
        w.kind = 'dispute'
        -- A newer version of the very file is the source's answer.
        AND NOT EXISTS (
            SELECT 1 FROM core_visible_file AS v
            WHERE
                v.source = w.source AND v.ref_date = f.ref_date
                AND v.file_id <> w.file_id AND v.known_on >= w.known_on
        )
),
visible AS (
    SELECT file_id, source, year(ref_date) * 12 + month(ref_date) AS month_no
    FROM core_visible_file
),
supply AS (
    SELECT
        'kepco' AS source, file_id, row_no, account_no AS claimant, stopped_on,
        nullif(months_overdue, 0) AS months
    FROM acc_kepco
    UNION ALL
    SELECT 'water', file_id, row_no, account_no, stopped_on, nullif(months_overdue, 0)
    FROM acc_water
    UNION ALL
    SELECT 'gas', file_id, row_no, account_no, stopped_on, nullif(months_overdue, 0)
    FROM acc_gas
    UNION ALL
    SELECT
        'nhis', file_id, row_no, concat_ws('/', certificate_no, head_key), NULL,
        nullif(months_overdue, 0)
    FROM acc_nhis
    UNION ALL
    SELECT
        'nps', file_id, row_no, concat_ws('/', person_key, subscriber_kind),
        NULL, CASE WHEN is_exempt THEN NULL ELSE nullif(months_overdue, 0) END
    FROM acc_nps
    UNION ALL
    SELECT
        'kcomwel', file_id, row_no, concat_ws('/', workplace_no, owner_key), closed_on,
        nullif(greatest(employment_months_overdue, accident_months_overdue), 0)
    FROM acc_kcomwel
),
-- Told by key: the same key and state is the same claim, in whichever file.
told AS (
    SELECT
        'indicator' AS source, file_id, row_no,
        concat_ws('/', indicator_code, person_key, occurred_on) AS claim
    FROM acc_indicator
    UNION ALL
    SELECT
        'benefit', file_id, row_no,
        concat_ws('/', person_key, benefit_kind, starts_on, status)
    FROM acc_benefit
    UNION ALL
    SELECT 'case_management', file_id, row_no, case_no FROM acc_case_management
    UNION ALL
    SELECT
        'visit', file_id, row_no, concat_ws('/', agency, service, person_key, starts_on)
    FROM acc_visit
    UNION ALL
    SELECT 'tip', file_id, row_no, tip_no FROM acc_tip
    UNION ALL
    -- Exempt from paying: for as long as it is told, it is one claim.
    SELECT 'nps', file_id, row_no, concat_ws('/', person_key, subscriber_kind)
    FROM acc_nps WHERE is_exempt
),
first_supply AS (
    SELECT
        d.decision_no, d.source, s.claimant, s.stopped_on, d.month_no - s.months AS began
    FROM disputed AS d
    INNER JOIN supply AS s
        ON d.source = s.source AND d.file_id = s.file_id AND d.row_no = s.row_no
),
first_told AS (
    SELECT d.decision_no, d.source, t.claim
    FROM disputed AS d
    INNER JOIN told AS t
        ON d.source = t.source AND d.file_id = t.file_id AND d.row_no = t.row_no
),
claim AS (
    SELECT file_id, row_no, decision_no FROM disputed
    UNION ALL
    SELECT s.file_id, s.row_no, f.decision_no
    FROM first_supply AS f
    INNER JOIN supply AS s ON f.source = s.source AND f.claimant = s.claimant
    INNER JOIN visible AS v ON s.file_id = v.file_id AND s.source = v.source
    WHERE
        s.stopped_on = f.stopped_on
        OR (s.stopped_on IS NULL AND v.month_no - s.months = f.began)
    UNION ALL
    SELECT t.file_id, t.row_no, f.decision_no
    FROM first_told AS f
    INNER JOIN told AS t ON f.source = t.source AND f.claim = t.claim
)
SELECT file_id, row_no, min(decision_no) AS decision_no
FROM claim
GROUP BY file_id, row_no
ORDER BY file_id, row_no
