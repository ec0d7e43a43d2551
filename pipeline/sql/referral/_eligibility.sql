-- grain: one row per household
-- params: as_of, cooling_off_days, town_pattern
-- home: temp
-- why: who may be listed; the first rule that fits decides: ALL_DECEASED, PROTECTED_ADDRESS, INSTITUTION, NOT_IN_TOWN, DONG_UNKNOWN, NO_TEAM, NO_SIGNAL, RECENTLY_CONTACTED, else ELIGIBLE
-- Death comes first because nobody is left to protect; a protected address before
-- everything else that would name a dong. Being unreached is no rule here: whoever was
-- listed and never met stays on the list.
WITH seen AS (
    SELECT
        household_id, source, event_type, subject, occurred_on, known_on, is_current,
        coalesce(restored_on, occurred_on) AS last_on
    FROM core_event
    WHERE known_on < $as_of
),
sign AS (
    SELECT *
    FROM seen
    -- Help received says nothing of need, and who is exempt from the pension owes nothing.
    WHERE event_type NOT IN (
        'listing', 'contact', 'nps_exempt', 'benefit_receiving', 'case_open', 'visit_active'
    )
      AND (
          is_current
          OR year(last_on) * 12 + month(last_on) >= year($as_of) * 12 + month($as_of) - 12
      )
),
contacted AS (
    SELECT household_id, max(occurred_on) AS contacted_on
    FROM seen
    WHERE event_type = 'contact' AND occurred_on < $as_of
    GROUP BY household_id
),
first_arrears AS (
    -- One more month of the same bill is no news; another tip or indicator is.
    SELECT household_id, event_type, min(known_on) AS first_known_on
    FROM sign
    WHERE event_type NOT LIKE '%_stop'
    GROUP BY
        household_id, event_type,
        CASE WHEN source IN ('tip', 'indicator', 'benefit') THEN subject END
    HAVING bool_or(is_current)
),
-- What became known on the day of a contact was not visible to it, so >= and not >.
changed AS (
    SELECT contacted.household_id
    FROM contacted
    JOIN sign ON sign.household_id = contacted.household_id
    WHERE sign.event_type LIKE '%_stop'
      AND sign.is_current
      AND sign.known_on >= contacted.contacted_on
    UNION
    SELECT contacted.household_id
    FROM contacted
    JOIN first_arrears ON first_arrears.household_id = contacted.household_id
    WHERE first_arrears.first_known_on >= contacted.contacted_on
),
staffed AS (
    SELECT unit FROM (
        SELECT coalesce(hub_code, dong_code) AS unit, sum(fte * weekly_cases) AS work
        FROM core_team
        GROUP BY coalesce(hub_code, dong_code)
    ) AS units
    WHERE work > 0
),
served AS (
    SELECT DISTINCT core_team.dong_code
    FROM core_team
    JOIN staffed ON staffed.unit = coalesce(core_team.hub_code, core_team.dong_code)
),
signed AS (SELECT DISTINCT household_id FROM sign),
decided AS (
    SELECT
        household.household_id,
        CASE
            WHEN household.kind = 'registered' AND household.members_alive = 0
                THEN 'ALL_DECEASED'
            WHEN household.is_protected THEN 'PROTECTED_ADDRESS'
            -- Many under one roof and one head are no household in crisis together.
            WHEN household.is_institution THEN 'INSTITUTION'
            WHEN NOT regexp_matches(household.dong_code, $town_pattern)
                THEN 'NOT_IN_TOWN'
            WHEN household.current_dong_code IS NULL THEN 'DONG_UNKNOWN'
            WHEN served.dong_code IS NULL THEN 'NO_TEAM'
            WHEN signed.household_id IS NULL THEN 'NO_SIGNAL'
            WHEN contacted.contacted_on >= $as_of - CAST($cooling_off_days AS INTEGER)
                AND changed.household_id IS NULL
                THEN 'RECENTLY_CONTACTED'
            ELSE 'ELIGIBLE'
        END AS reason
    FROM core_household AS household
    LEFT JOIN served ON served.dong_code = household.current_dong_code
    LEFT JOIN signed ON signed.household_id = household.household_id
    LEFT JOIN contacted ON contacted.household_id = household.household_id
    LEFT JOIN changed ON changed.household_id = household.household_id
)
SELECT household_id, reason = 'ELIGIBLE' AS is_eligible, reason
FROM decided
