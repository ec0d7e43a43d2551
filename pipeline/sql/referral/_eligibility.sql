-- grain: one row per household
-- params: town_pattern
-- home: temp
-- why: who may be listed; the first rule that fits decides, in the order of ELIGIBILITY_KO. What a rule of the policy says (routes, who is left in peace, who is never dropped) is read from _policy.
-- Death comes first because nobody is left to protect; a protected address before
-- everything else that would name a dong. Being unreached is no rule here: whoever was
-- listed and never met stays on the list.
WITH staffed AS (
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
fired AS (
    SELECT
        household_id,
        bool_or(rule = 'DECEASED_REPORTED') AS is_deceased,
        bool_or(rule = 'TRANSFERRED') AS is_transferred,
        bool_or(rule IN ('CASE_MANAGED', 'CASE_UNCHANGED')) AS is_case,
        bool_or(rule = 'PARKED') AS is_parked,
        bool_or(rule = 'RECENTLY_CONTACTED') AS is_met,
        -- A visit that is owed needs no sign of the last twelve months.
        bool_or(kind IN ('must', 'carry')) AS is_owed
    FROM _policy
    WHERE kind IN ('cool', 'must', 'carry') OR rule = 'CASE_MANAGED'
    GROUP BY household_id
),
decided AS (
    SELECT
        household.household_id,
        CASE
            WHEN household.kind = 'registered' AND household.members_alive = 0
                THEN 'ALL_DECEASED'
            WHEN fired.is_deceased THEN 'DECEASED_REPORTED'
            -- Asked for and granted: nothing of it is told to anybody.
            WHEN stopped.household_id IS NOT NULL THEN 'PROCESSING_STOPPED'
            WHEN household.is_protected THEN 'PROTECTED_ADDRESS'
            -- Many under one roof and one head are no household in crisis together.
            WHEN household.is_institution THEN 'INSTITUTION'
            WHEN fired.is_transferred THEN 'TRANSFERRED'
            WHEN NOT regexp_matches(household.dong_code, $town_pattern)
                THEN 'NOT_IN_TOWN'
            WHEN household.current_dong_code IS NULL THEN 'DONG_UNKNOWN'
            -- A case's manager needs no team of the dong.
            WHEN fired.is_case THEN 'CASE_MANAGED'
            WHEN served.dong_code IS NULL THEN 'NO_TEAM'
            WHEN fired.is_parked THEN 'PARKED'
            WHEN NOT coalesce(fact.is_signed OR fired.is_owed, FALSE)
                THEN 'NO_SIGNAL'
            WHEN fired.is_met THEN 'RECENTLY_CONTACTED'
            ELSE 'ELIGIBLE'
        END AS reason
    FROM core_household AS household
    LEFT JOIN _policy_fact AS fact ON fact.household_id = household.household_id
    LEFT JOIN served ON served.dong_code = household.current_dong_code
    LEFT JOIN fired ON fired.household_id = household.household_id
    LEFT JOIN core_processing_stop AS stopped
        ON stopped.household_id = household.household_id
)
SELECT household_id, reason = 'ELIGIBLE' AS is_eligible, reason
FROM decided
