-- grain: quarter, event_type, dong_code
-- params: as_of, first_quarter, last_quarter
-- home: temp
-- why: in how many households of a dong of today each kind of sign was seen in a quarter, of what was known before the day. A quarter is year * 4 + its place from 0. Protected households are in no count by place.
SELECT
    year(e.occurred_on) * 4 + (month(e.occurred_on) - 1) // 3 AS quarter,
    e.event_type, h.current_dong_code AS dong_code,
    count(DISTINCT e.household_id) AS households
FROM core_event AS e
INNER JOIN core_household AS h ON e.household_id = h.household_id
INNER JOIN core_team AS t ON h.current_dong_code = t.dong_code
WHERE e.known_on < $as_of AND NOT h.is_protected
  AND e.event_type NOT IN (
      'listing', 'contact', 'nps_exempt', 'benefit_receiving', 'case_open', 'visit_active'
  )
  AND year(e.occurred_on) * 4 + (month(e.occurred_on) - 1) // 3
  BETWEEN $first_quarter AND $last_quarter
GROUP BY ALL
