-- grain: household_id, round, subject
-- params: none
-- home: temp
-- why: what lay behind each listing on its day: whether the household was listed in an earlier round, in how many rounds since the last contact it was not met, and whether any of those or this one was a step to locate it
WITH round AS (
    SELECT
        household_id, round, min(listed_on) AS listed_on,
        bool_or(disposition = 'met') AS is_met,
        bool_or(disposition IN ('locate', 'carried')) AS is_unmet,
        bool_or(locate_step IS NOT NULL) AS has_step
    FROM core_listing
    GROUP BY household_id, round
),
stretch AS (
    -- A new stretch begins after every round in which they were met.
    SELECT
        *,
        row_number() OVER past AS place,
        coalesce(sum(CAST(is_met AS INTEGER)) OVER (
            past ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS stretch
    FROM round
    WINDOW past AS (PARTITION BY household_id ORDER BY listed_on, round)
),
counted AS (
    SELECT
        household_id, round, place > 1 AS is_repeat,
        coalesce(sum(CAST(is_unmet AS INTEGER)) OVER (
            past ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS unmet_before,
        bool_or(has_step) OVER (past ROWS UNBOUNDED PRECEDING) AS has_step
    FROM stretch
    WINDOW past AS (PARTITION BY household_id, stretch ORDER BY listed_on, round)
)
SELECT l.*, c.is_repeat, c.unmet_before, c.has_step
FROM core_listing AS l
INNER JOIN counted AS c ON l.household_id = c.household_id AND l.round = c.round
