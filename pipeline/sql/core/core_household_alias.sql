-- grain: household_no
-- params: none
-- why: a household that got another 세대번호 keeps its id, so that "listed five times, never met" survives a renumbering. The new number must begin on the day on which the old one is left by all, with at least half of the members of both, and with the same head or at the same door. Where an old number breaks into several new ones, the part with its head goes on; an id that was followed once is never given a second time.
WITH RECURSIVE life AS (
    SELECT household_no, min(from_on) AS first_on, bool_or(to_on IS NULL) AS is_alive
    FROM _household_spell
    GROUP BY household_no
),
shared AS (
    SELECT
        n.household_no AS new_no, o.household_no AS old_no, n.from_on AS on_date,
        n.person_key, n.is_head_at_first AND o.is_head_at_last AS is_same_head,
        n.first_file_id, n.first_row_no, o.last_file_id, o.last_row_no
    FROM _household_spell AS n
    INNER JOIN life AS l ON n.household_no = l.household_no AND n.from_on = l.first_on
    INNER JOIN _household_spell AS o
        ON
            n.person_key = o.person_key AND n.from_on = o.to_on
            AND n.household_no <> o.household_no
),
written AS (
    SELECT file_id, row_no, road_address, detail_address FROM vault.vault_resident
    UNION ALL
    SELECT file_id, row_no, road_address, detail_address FROM vault.vault_resident_change
),
pair AS (
    SELECT
        s.new_no, s.old_no, s.on_date, count(*) AS overlap,
        bool_or(s.is_same_head) AS is_same_head,
        coalesce(
            bool_or(
                replace(concat(n.road_address, n.detail_address), ' ', '')
                = replace(concat(o.road_address, o.detail_address), ' ', '')
                AND n.road_address IS NOT NULL
            ), FALSE
        ) AS is_same_door
    FROM shared AS s
    LEFT JOIN written AS n ON s.first_file_id = n.file_id AND s.first_row_no = n.row_no
    LEFT JOIN written AS o ON s.last_file_id = o.file_id AND s.last_row_no = o.row_no
    GROUP BY s.new_no, s.old_no, s.on_date
),
sized AS (
    SELECT
        p.new_no, p.old_no, p.on_date, p.overlap, p.is_same_head, p.is_same_door,
        (
            SELECT count(*) FROM _household_spell AS s
            WHERE s.household_no = p.new_no AND s.from_on = p.on_date
        ) AS new_size,
        count(*) FILTER (s.from_on < p.on_date AND coalesce(s.to_on >= p.on_date, TRUE))
            AS old_size,
        bool_or(s.from_on <= p.on_date AND coalesce(s.to_on > p.on_date, TRUE)) AS goes_on
    FROM pair AS p
    INNER JOIN _household_spell AS s ON p.old_no = s.household_no
    GROUP BY ALL
),
followed AS (
    SELECT s.new_no, s.old_no, s.on_date
    FROM sized AS s
    INNER JOIN life AS n ON s.new_no = n.household_no
    INNER JOIN life AS o ON s.old_no = o.household_no
    WHERE
        NOT s.goes_on AND 2 * s.overlap >= s.new_size AND 2 * s.overlap >= s.old_size
        AND (s.is_same_head OR s.is_same_door)
        -- A number given out anew cannot lend its id to two households at once.
        AND NOT (n.is_alive AND o.is_alive)
    QUALIFY
        row_number() OVER (
            PARTITION BY s.new_no ORDER BY s.is_same_head DESC, s.overlap DESC, s.old_no
        ) = 1
        AND row_number() OVER (
            PARTITION BY s.old_no
            ORDER BY s.on_date, s.is_same_head DESC, s.overlap DESC, s.new_no
        ) = 1
),
walk AS (
    SELECT new_no AS household_no, old_no AS household_id, on_date, 1 AS steps
    FROM followed
    UNION ALL
    SELECT w.household_no, f.old_no, f.on_date, w.steps + 1
    FROM walk AS w
    INNER JOIN followed AS f ON w.household_id = f.new_no AND f.on_date < w.on_date
)
SELECT
    w.household_no, w.household_id, f.on_date AS since
FROM walk AS w
INNER JOIN followed AS f ON w.household_no = f.new_no
QUALIFY row_number() OVER (PARTITION BY w.household_no ORDER BY w.steps DESC) = 1
ORDER BY w.household_no
