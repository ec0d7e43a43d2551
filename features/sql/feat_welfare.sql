-- grain: household_id
-- params: as_of, start_24m, start_12m, start_6m, need_level
-- home: temp
-- why: to lose the living is worse than to lose an allowance, and who stands just above
--      the line is poor without being counted so; the kind is the first word of subject.
--      What a needs survey found, of a case or on a visit, fades in three windows
WITH benefit AS (
    SELECT household_id, event_type, occurred_on, split_part(subject, '/', 1) AS kind
    FROM core_event
    WHERE event_type IN ('benefit_receiving', 'benefit_dropped')
      AND occurred_on < $as_of AND known_on < $as_of
      AND (is_current OR event_type = 'benefit_dropped')
),

counted AS (
    SELECT
        household_id,
        max(CAST(
            event_type = 'benefit_receiving' AND kind IN ('livelihood', 'medical')
            AS INTEGER
        )) AS basic,
        max(CAST(
            event_type = 'benefit_receiving'
            AND kind IN ('near_poor', 'housing', 'education', 'emergency') AS INTEGER
        )) AS near_the_line,
        count(*) FILTER (
            WHERE event_type = 'benefit_dropped' AND kind IN ('livelihood', 'medical')
              AND occurred_on >= $start_24m
        ) AS basic_lost,
        count(*) FILTER (
            WHERE event_type = 'benefit_dropped' AND kind = 'emergency'
              AND occurred_on >= $start_24m
        ) AS emergency_ended
    FROM benefit
    GROUP BY household_id
),

surveyed AS (
    SELECT
        household_id,
        max(crisis_level) AS level_24m,
        max(crisis_level) FILTER (WHERE found_on >= $start_12m) AS level_12m,
        max(crisis_level) FILTER (WHERE found_on >= $start_6m) AS level_6m,
        count(DISTINCT found_on) FILTER (WHERE crisis_level >= $need_level) AS grave
    FROM core_survey
    WHERE found_on >= $start_24m AND found_on < $as_of AND known_on < $as_of
    GROUP BY household_id
)

SELECT
    h.household_id,
    coalesce(c.basic, 0) AS is_receiving_basic,
    coalesce(c.near_the_line, 0) AS is_near_the_line,
    coalesce(c.basic_lost, 0) AS basic_benefit_lost_24m,
    coalesce(c.emergency_ended, 0) AS emergency_aid_ended_24m,
    coalesce(s.level_24m, 0) AS crisis_level_24m,
    coalesce(s.level_12m, 0) AS crisis_level_12m,
    coalesce(s.level_6m, 0) AS crisis_level_6m,
    coalesce(s.grave, 0) AS crises_found_24m
FROM core_household AS h
LEFT JOIN counted AS c ON c.household_id = h.household_id
LEFT JOIN surveyed AS s ON s.household_id = h.household_id
ORDER BY h.household_id
