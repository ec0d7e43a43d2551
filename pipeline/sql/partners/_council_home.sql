-- grain: household_id
-- params: as_of
-- home: temp
-- why: every registered household with a sign in force, by its 통 and the part of life it is short in; a protected household is in no count by place, an institution is no neighbour's business. The 통 is the one of the register row that the head's entry is from: where the dong was split since, its number is another dong's and is not told.
WITH head AS (
    SELECT m.household_id, m.dong_code, coalesce(r.tong, c.tong) AS tong
    FROM core_household_member AS m
    LEFT JOIN stg_resident AS r ON m.file_id = r.file_id AND m.row_no = r.row_no
    LEFT JOIN stg_resident_change AS c ON m.file_id = c.file_id AND m.row_no = c.row_no
    WHERE m.is_head
),
sign AS (
    SELECT
        e.household_id,
        count(DISTINCT k.domain) AS domains, min(k.domain) AS domain
    FROM core_event AS e
    LEFT JOIN _policy_kind AS k ON e.event_type = k.event_type
    WHERE e.known_on < $as_of AND e.is_current
      AND e.event_type NOT IN (
          'listing', 'contact', 'nps_exempt', 'benefit_receiving', 'case_open',
          'visit_active'
      )
    GROUP BY e.household_id
)
SELECT
    h.household_id, h.current_dong_code AS dong_code, d.dong_name,
    CASE WHEN head.dong_code = h.current_dong_code THEN head.tong END AS tong,
    CASE
        WHEN sign.domains > 1 THEN 'several'
        WHEN sign.domain = 1 THEN 'energy'
        WHEN sign.domain = 2 THEN 'insurance'
        ELSE 'other'
    END AS part
FROM core_household AS h
INNER JOIN sign ON h.household_id = sign.household_id
INNER JOIN core_team AS t ON h.current_dong_code = t.dong_code
LEFT JOIN head ON h.household_id = head.household_id
LEFT JOIN core_dong AS d ON h.current_dong_code = d.dong_code
WHERE h.kind = 'registered' AND NOT h.is_protected AND NOT h.is_institution
