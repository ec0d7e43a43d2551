-- grain: one row per referral and kind of sign
-- params: as_of
-- home: temp
-- why: what the list tells the officer: of each kind the one in force now, else the newest within 12 months (help received and exemptions: now only), with the last date for which its source reported
WITH sign AS (
    SELECT event.*
    FROM core_event AS event
    JOIN _place_route ON _place_route.household_id = event.household_id
    WHERE event.known_on < $as_of
      AND event.event_type NOT IN ('listing', 'contact')
      AND (
          event.is_current
          OR (
              event.event_type NOT IN (
                  'nps_exempt', 'benefit_receiving', 'case_open', 'visit_active'
              )
              AND year(coalesce(event.restored_on, event.occurred_on)) * 12
              + month(coalesce(event.restored_on, event.occurred_on))
              >= year($as_of) * 12 + month($as_of) - 12
          )
      )
),
placed AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY household_id, event_type
            ORDER BY is_current DESC, occurred_on DESC, months_overdue DESC NULLS LAST,
                known_on DESC, subject
        ) AS place,
        count(*) OVER (PARTITION BY household_id, event_type) AS times
    FROM sign
),
-- The account of a stop in force is in its waterworks' or supplier's newest file, and
-- what it owes there carries that file's date.
account AS (
    SELECT household_id, source, subject, max(occurred_on) AS last_ref_date
    FROM sign
    WHERE event_type NOT LIKE '%_stop'
    GROUP BY household_id, source, subject
)
SELECT
    placed.household_id, placed.source, placed.event_type, placed.is_current,
    placed.months_overdue, placed.occurred_on, placed.restored_on, placed.times,
    CASE WHEN placed.is_current THEN coalesce(account.last_ref_date, clock.last_ref_date)
         ELSE clock.last_ref_date END AS last_ref_date
FROM placed
LEFT JOIN account
    ON account.household_id = placed.household_id
    AND account.source = placed.source
    AND account.subject = placed.subject
LEFT JOIN core_source_clock AS clock ON clock.source = placed.source
WHERE placed.place = 1
