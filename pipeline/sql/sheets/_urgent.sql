-- grain: one row per household that is told tonight
-- params: round, as_of, since, child_under_years
-- home: temp
-- why: a supply newly stopped where a child, a disabled member or one of 65 and older lives waits for no round; who may be listed is decided by the same rules as in a round
WITH new_stop AS (
    SELECT household_id, min(known_on) AS known_on
    FROM core_event
    WHERE event_type LIKE '%_stop'
      AND is_current
      AND known_on >= $since
      AND known_on < $as_of
    GROUP BY household_id
),
frail AS (
    SELECT
        household_id,
        bool_or(
            year($as_of) * 12 + month($as_of) - birth_month_no
            < CAST($child_under_years AS INTEGER) * 12
        ) AS has_child,
        bool_or(disability_level > 0) AS has_disabled,
        bool_or(year($as_of) * 12 + month($as_of) - birth_month_no >= 65 * 12) AS has_aged
    FROM core_household_member
    WHERE NOT is_dead
    GROUP BY household_id
),
-- Whoever goes there tonight must know what the round's list would tell them.
told AS (
    SELECT
        household_id,
        string_agg(
            label_ko || coalesce('(' || detail_ko || ')', ''), ' · '
            ORDER BY place, rule
        ) AS caution_ko
    FROM _policy
    WHERE kind = 'caution'
    GROUP BY household_id
)
SELECT
    household.household_id, household.current_dong_code AS dong_code,
    coalesce(named.dong_name, household.current_dong_code) AS dong_name,
    named.team_name, new_stop.known_on,
    coalesce(frail.has_child, FALSE) AS has_child,
    coalesce(frail.has_disabled, FALSE) AS has_disabled,
    coalesce(frail.has_aged, FALSE) AS has_aged,
    household.kind,
    coalesce(household.home_kind = 'apartment', FALSE) AS is_utility_blind,
    CASE WHEN household.is_residence_unknown THEN 0
         WHEN known.grade IN (1, 2) THEN 1
         ELSE household.address_grade END AS address_grade,
    doubt.household_id IS NOT NULL AS is_address_doubtful,
    coalesce(repeated.times_listed, 0) AS times_listed,
    repeated.last_contact_on,
    locate.next_step AS locate_step, locate.next_step_ko AS locate_step_ko,
    told.caution_ko
FROM new_stop
JOIN frail ON frail.household_id = new_stop.household_id
JOIN core_household AS household ON household.household_id = new_stop.household_id
JOIN out_eligibility AS decided
    ON decided.household_id = new_stop.household_id
    AND decided.round = $round
    AND decided.is_eligible
JOIN _export_dong AS named ON named.dong_code = household.current_dong_code
LEFT JOIN core_address AS known ON known.household_id = household.household_id
LEFT JOIN core_address_doubt AS doubt ON doubt.household_id = household.household_id
LEFT JOIN core_repeat AS repeated ON repeated.household_id = household.household_id
LEFT JOIN core_locate AS locate
    ON locate.household_id = household.household_id AND locate.state <> 'parked'
LEFT JOIN told ON told.household_id = household.household_id
WHERE frail.has_child OR frail.has_disabled OR frail.has_aged
