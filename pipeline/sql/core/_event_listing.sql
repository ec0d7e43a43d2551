-- grain: household_id, event_type, subject, occurred_on
-- params: as_of
-- home: temp
-- why: earlier rounds: one row per listing and contact, of rounds made elsewhere (HISTORY) and of our own lists that came back. L in a result: nobody was reached, and the date beside it is that of an attempt, no contact. A list that never came back is no listing here: nobody knows that it went out.
WITH told AS (
    SELECT
        m.household_id, 'history' AS source, h.person_key AS subject, h.selected_on,
        h.contacted_on, h.result_code, h.known_on
    FROM stg_history AS h
    INNER JOIN core_person_key AS m ON h.person_key = m.person_key
    UNION ALL
    SELECT
        r.household_id, 'result', s.referral_id, r.as_of, s.contacted_on, s.result_code,
        s.known_on
    FROM stg_result AS s
    INNER JOIN out_referral AS r ON s.referral_id = r.referral_id
    INNER JOIN core_household AS h ON r.household_id = h.household_id
    WHERE r.as_of < $as_of
)
SELECT
    household_id, source, 'listing' AS event_type, subject, selected_on AS occurred_on,
    known_on
FROM told
WHERE selected_on IS NOT NULL
UNION ALL
SELECT household_id, source, 'contact', subject, contacted_on, known_on
FROM told
WHERE contacted_on IS NOT NULL AND NOT starts_with(coalesce(result_code, ''), 'L')
