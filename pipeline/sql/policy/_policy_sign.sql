-- grain: household_id, source, event_type, subject where each is news of its own
-- params: as_of
-- home: temp
-- why: the signs that may list a household (in force, or within 12 months) and since when each is news: one more month of the same bill is none, another tip, indicator, lost benefit or cut-off is. Help received says nothing of need, and who is exempt from the pension owes nothing.
SELECT
    household_id, event_type,
    bool_or(is_current) AS is_current,
    max(CASE WHEN is_current THEN occurred_on END) AS current_on,
    max(known_on) AS known_on,
    CASE
        WHEN NOT bool_or(is_current) THEN NULL
        WHEN event_type LIKE '%_stop' THEN max(CASE WHEN is_current THEN known_on END)
        ELSE min(known_on)
    END AS news_on
FROM core_event
WHERE known_on < $as_of
  AND event_type NOT IN (
      'listing', 'contact', 'nps_exempt', 'benefit_receiving', 'case_open',
      'visit_active'
  )
  AND (
      is_current
      OR year(coalesce(restored_on, occurred_on)) * 12
      + month(coalesce(restored_on, occurred_on))
      >= year($as_of) * 12 + month($as_of) - 12
  )
GROUP BY
    household_id, event_type,
    CASE WHEN source IN ('tip', 'indicator', 'benefit') THEN subject END
