-- grain: household_id
-- params: as_of
-- why: an agency goes there already: going along on its next visit opens the door and doubles no call
WITH planned AS (
    SELECT
        person.household_id, told.service, told.next_visit_on,
        row_number() OVER (
            PARTITION BY person.household_id
            ORDER BY
                told.next_visit_on < $as_of OR told.next_visit_on IS NULL,
                told.next_visit_on, told.service
        ) AS turn
    FROM stg_visit AS told
    JOIN core_person_key AS person ON person.person_key = told.person_key
    JOIN core_source_clock AS clock
        ON clock.source = 'visit' AND clock.last_ref_date = told.ref_date
        AND NOT clock.is_stale
    JOIN _policy_fact AS fact
        ON fact.household_id = person.household_id AND fact.is_in_play
    WHERE told.known_on < $as_of AND NOT person.is_dead
      AND (told.ends_on IS NULL OR told.ends_on >= $as_of)
)
SELECT
    household_id,
    CASE service
        WHEN 'visit_counsel' THEN '방문상담'
        WHEN 'visit_health' THEN '방문건강'
        WHEN 'elder_care' THEN '노인맞춤돌봄'
        WHEN 'disability_support' THEN '장애인활동지원'
        WHEN 'home_help' THEN '가사간병'
        ELSE '방문형서비스'
    END || CASE
        WHEN next_visit_on >= $as_of
            THEN ' 다음 방문 ' || strftime(next_visit_on, '%Y-%m-%d')
        ELSE ' 이용 중'
    END AS detail_ko
FROM planned
WHERE turn = 1
