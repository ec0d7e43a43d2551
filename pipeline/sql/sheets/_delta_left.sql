-- grain: one row per household on a team's list of the former round and not on that dong's now
-- params: round, former, as_of
-- home: temp
-- why: nobody leaves a list unseen: resolved means that no sign is in force any more and every source that told one still speaks; silence is no good news. Who still has a sign and no place is told as such.
WITH former AS (
    SELECT * FROM out_referral WHERE round = $former AND route = 'team'
),
today AS (
    SELECT household_id, route, dong_code FROM out_referral WHERE round = $round
),
sign AS (
    SELECT
        event.household_id,
        bool_or(event.is_current) AS is_in_force,
        bool_or(
            event.known_on < former.as_of
            AND event.restored_on IS NULL
            AND coalesce(clock.is_stale, TRUE)
        ) AS is_unseen
    FROM core_event AS event
    JOIN former ON former.household_id = event.household_id
    LEFT JOIN core_source_clock AS clock ON clock.source = event.source
    WHERE event.known_on < $as_of
      AND event.event_type NOT IN (
          'listing', 'contact', 'nps_exempt', 'benefit_receiving', 'case_open',
          'visit_active'
      )
      AND (
          event.is_current
          OR year(coalesce(event.restored_on, event.occurred_on)) * 12
          + month(coalesce(event.restored_on, event.occurred_on))
          >= year(former.as_of) * 12 + month(former.as_of) - 12
      )
    GROUP BY event.household_id
)
SELECT
    former.household_id, former.dong_code, former.referral_id AS former_referral_id,
    former.as_of AS former_as_of, former.rank_in_dong, former.seen_ko, former.data_date,
    CASE
        WHEN household.household_id IS NULL
            OR (household.kind = 'registered' AND household.members_alive = 0) THEN 'gone'
        WHEN today.route = 'team' THEN 'moved'
        -- Whose address became protected is told of to no dong: counted, no row.
        WHEN today.route IS NOT NULL OR household.is_protected
            OR stopped.household_id IS NOT NULL THEN 'routed'
        WHEN coalesce(sign.is_in_force, FALSE) THEN 'waiting'
        WHEN coalesce(sign.is_unseen, FALSE) THEN 'unseen'
        ELSE 'resolved'
    END AS change
FROM former
LEFT JOIN today ON today.household_id = former.household_id
LEFT JOIN core_household AS household ON household.household_id = former.household_id
LEFT JOIN sign ON sign.household_id = former.household_id
LEFT JOIN core_processing_stop AS stopped
    ON stopped.household_id = former.household_id
WHERE today.route IS DISTINCT FROM 'team' OR today.dong_code <> former.dong_code
