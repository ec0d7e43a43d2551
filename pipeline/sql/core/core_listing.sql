-- grain: household_id, round, subject
-- params: as_of, round
-- why: every listing there ever was: of rounds made elsewhere (HISTORY) and every referral of ours that left, whether or not its list came back; and what became of it. Law: each has exactly one disposition, so listed = met + locate + carried + routed. Met: a day of contact, by any code but L and D1. Locate: an L code, or attempts without a contact. Carried: nothing came back, or a code without attempt and contact, which is paper. Routed: another than a dong's team had it, an accepted transfer, or a death. A result and a transfer are seen from the day on which they were known. `is_open`: it is of the very round that is being made ($round) and nothing became of it yet: an earlier edition of a list is no earlier listing.
WITH issued AS (
    -- A referral leaves with every edition of its round; what the newest says holds.
    SELECT
        referral_id, household_id, round, coalesce(route, 'team') AS route, slot_kind,
        locate_step, min(as_of) OVER (PARTITION BY referral_id) AS listed_on
    FROM out_issued
    WHERE as_of < $as_of
    QUALIFY row_number() OVER (
        PARTITION BY referral_id ORDER BY edition DESC, as_of DESC
    ) = 1
),
transfer AS (
    SELECT referral_id, decided_on
    FROM out_transfer
    WHERE decided_on < $as_of AND status <> 'offered'
    QUALIFY row_number() OVER (
        PARTITION BY referral_id ORDER BY decided_on DESC, status
    ) = 1 AND status = 'accepted'
),
told AS (
    SELECT
        m.household_id, h.round, h.person_key AS subject, 'history' AS source,
        CAST(NULL AS VARCHAR) AS referral_id, h.selected_on AS listed_on,
        'team' AS route, CAST(NULL AS VARCHAR) AS slot_kind,
        CAST(NULL AS VARCHAR) AS locate_step, coalesce(h.attempts, 0) AS tries,
        CAST(NULL AS DATE) AS tried_on, h.contacted_on AS met_on, h.result_code,
        h.need_confirmed, CAST(h.crisis_level AS INTEGER) AS crisis_level,
        CAST(NULL AS VARCHAR) AS field_flag, h.known_on AS returned_known_on,
        FALSE AS is_transferred
    FROM stg_history AS h
    INNER JOIN core_person_key AS m ON h.person_key = m.person_key
    WHERE h.selected_on IS NOT NULL
    UNION ALL BY NAME
    SELECT
        coalesce(a.household_id, i.household_id) AS household_id, i.round,
        i.referral_id AS subject, 'result' AS source, i.referral_id, i.listed_on, i.route,
        i.slot_kind, i.locate_step,
        CAST(s.attempt1_on IS NOT NULL AS INTEGER)
        + CAST(s.attempt2_on IS NOT NULL AS INTEGER)
        + CAST(s.attempt3_on IS NOT NULL AS INTEGER) AS tries,
        greatest(s.attempt1_on, s.attempt2_on, s.attempt3_on) AS tried_on,
        s.contacted_on AS met_on, s.result_code, s.need_confirmed,
        CAST(s.crisis_level AS INTEGER) AS crisis_level, s.field_flag,
        s.known_on AS returned_known_on, t.referral_id IS NOT NULL AS is_transferred
    FROM issued AS i
    LEFT JOIN core_household_alias AS a ON i.household_id = a.household_no
    LEFT JOIN stg_result AS s ON i.referral_id = s.referral_id
    LEFT JOIN transfer AS t ON i.referral_id = t.referral_id
),
read AS (
    SELECT
        * EXCLUDE (met_on, tries, tried_on),
        coalesce(starts_with(result_code, 'L'), FALSE) AS is_unreached,
        -- Beside an L code a day of contact is that of an attempt.
        CASE WHEN NOT is_unreached THEN met_on END AS contacted_on,
        CAST(greatest(tries, CAST(met_on IS NOT NULL AS INTEGER)) AS INTEGER) AS attempts,
        greatest(tried_on, met_on) AS last_attempt_on
    FROM told
)
SELECT
    household_id, round, subject, source, referral_id, listed_on, route, slot_kind,
    locate_step, attempts, last_attempt_on, contacted_on, result_code, need_confirmed,
    crisis_level, field_flag, returned_known_on,
    coalesce(
        last_attempt_on, CASE WHEN source = 'history' THEN listed_on END, returned_known_on
    ) AS result_on,
    CASE
        WHEN route <> 'team' OR is_transferred THEN 'routed'
        WHEN result_code = 'D1' THEN 'routed'
        WHEN contacted_on IS NOT NULL THEN 'met'
        WHEN is_unreached OR attempts > 0 THEN 'locate'
        ELSE 'carried'
    END AS disposition,
    source = 'result' AND NOT is_transferred AND coalesce(round = $round, FALSE)
    AND (
        disposition = 'carried'
        OR (result_code IS NULL AND attempts = 0 AND contacted_on IS NULL)
    ) AS is_open
FROM read
ORDER BY household_id, round, subject
