-- grain: one row per line of _sheet_asked, is_news and kind of sign
-- params: as_of
-- home: temp
-- why: of each kind the one in force now, else the newest within 12 months, as in a list; once over all, and once over what is news since the day that is asked for. One more month of the same bill is no news, a restore is.
WITH sign AS (
    SELECT asked.ask, asked.since, event.*
    FROM core_event AS event
    JOIN _sheet_asked AS asked ON asked.household_id = event.household_id
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
account AS (
    SELECT ask, source, subject, max(occurred_on) AS last_ref_date
    FROM sign
    WHERE event_type NOT LIKE '%_stop'
    GROUP BY ask, source, subject
),
first_known AS (
    SELECT
        *,
        min(known_on) OVER (
            PARTITION BY ask, event_type,
                CASE WHEN source IN ('tip', 'indicator', 'benefit') THEN subject END
        ) AS first_known_on
    FROM sign
),
told AS (
    SELECT *, FALSE AS is_news FROM first_known
    UNION ALL
    SELECT *, TRUE FROM first_known
    WHERE event_type NOT IN (
        'nps_exempt', 'benefit_receiving', 'case_open', 'visit_active'
    )
      AND CASE
          WHEN event_type LIKE '%_stop'
              THEN known_on >= since OR coalesce(restored_on >= since, FALSE)
          ELSE first_known_on >= since
      END
),
placed AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY ask, is_news, event_type
            ORDER BY is_current DESC, occurred_on DESC, months_overdue DESC NULLS LAST,
                known_on DESC, subject
        ) AS place,
        count(*) OVER (PARTITION BY ask, is_news, event_type) AS times
    FROM told
)
SELECT
    placed.ask, placed.is_news, placed.source, placed.event_type, placed.is_current,
    placed.months_overdue, placed.occurred_on, placed.restored_on, placed.times,
    CASE WHEN placed.is_current THEN coalesce(account.last_ref_date, clock.last_ref_date)
         ELSE clock.last_ref_date END AS last_ref_date
FROM placed
LEFT JOIN account
    ON account.ask = placed.ask
    AND account.source = placed.source
    AND account.subject = placed.subject
LEFT JOIN core_source_clock AS clock ON clock.source = placed.source
WHERE placed.place = 1
