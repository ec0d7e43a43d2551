-- grain: household_id
-- params: as_of
-- why: the households that teams looked for and did not meet, until somebody meets them: no code closes it, nor that the signs are gone. Left only by a contact, by another city's acceptance, when all have died, or when the register has them no more. Handed to another dong of the town they stay, and its team begins anew. `step_due_on`: by when the next step should be done.
WITH living AS (
    SELECT household_id, members_alive, kind
    FROM core_household
    WHERE kind = 'address_only' OR members_alive > 0
),
transfer AS (
    SELECT
        coalesce(a.household_id, t.household_id) AS household_id, t.to_dong, t.to_city,
        t.status, t.decided_on
    FROM out_transfer AS t
    LEFT JOIN core_household_alias AS a ON t.household_id = a.household_no
    WHERE t.decided_on < $as_of
),
moved AS (
    SELECT
        household_id,
        max(decided_on) FILTER (status = 'accepted') AS accepted_on,
        max(decided_on) FILTER (status = 'accepted' AND to_dong IS NOT NULL) AS to_dong_on,
        -- Offered and answered on one day: the answer is the last word.
        max_by(status, (decided_on, status <> 'offered'))
            FILTER (to_city IS NOT NULL) = 'offered' AS is_offered
    FROM transfer
    GROUP BY household_id
),
begun AS (
    -- From when on what was tried counts: since then nobody has met them.
    SELECT
        l.household_id, l.members_alive, l.kind, m.to_dong_on, m.is_offered,
        greatest(r.last_contact_on, m.accepted_on) AS since,
        coalesce(m.to_dong_on = greatest(r.last_contact_on, m.accepted_on), FALSE)
        AND m.to_dong_on IS DISTINCT FROM r.last_contact_on AS is_handed_over
    FROM living AS l
    INNER JOIN core_repeat AS r ON l.household_id = r.household_id
    LEFT JOIN moved AS m ON l.household_id = m.household_id
),
listing AS (
    SELECT
        c.*, b.since, coalesce(c.last_attempt_on, c.listed_on) AS on_date
    FROM core_listing AS c
    INNER JOIN begun AS b ON c.household_id = b.household_id
    WHERE
        c.disposition IN ('locate', 'carried') AND NOT c.is_open
        AND (b.since IS NULL OR coalesce(c.last_attempt_on, c.listed_on) > b.since)
),
round AS (
    SELECT
        household_id, round, bool_or(disposition = 'locate') AS is_tried,
        max(attempts) AS attempts,
        max(locate_step) FILTER (disposition = 'locate') AS step,
        min(returned_known_on) FILTER (disposition = 'locate') AS first_known_on,
        max(returned_known_on) FILTER (disposition = 'locate') AS last_known_on,
        max(on_date) AS on_date,
        max_by(coalesce(result_code, ''), (on_date, subject))
            FILTER (disposition = 'locate') AS result_code
    FROM listing
    GROUP BY household_id, round
),
unreached AS (
    SELECT
        household_id, bool_or(is_tried) AS is_tried, count(*) AS unmet, sum(attempts) AS attempts,
        min(first_known_on) AS opened_on, max(last_known_on) AS told_on,
        string_agg(step, ',' ORDER BY on_date, round) AS tried,
        max_by(result_code, (on_date, round)) FILTER (is_tried) AS last_code,
        max_by(on_date, (on_date, round)) FILTER (is_tried) AS last_on
    FROM round
    GROUP BY household_id
),
queue AS (
    SELECT
        b.household_id, b.members_alive, b.kind, coalesce(b.is_offered, FALSE) AS is_offered,
        b.is_handed_over, coalesce(u.unmet, 0) AS unmet, coalesce(u.attempts, 0) AS attempts,
        coalesce(u.opened_on, b.to_dong_on) AS opened_on,
        coalesce(u.told_on, b.to_dong_on) AS told_on, u.tried, u.last_on,
        u.told_on + p.review_days AS review_on
    FROM begun AS b
    LEFT JOIN unreached AS u ON b.household_id = u.household_id
    LEFT JOIN _locate_park AS p
        ON u.last_code = p.result_code AND b.members_alive = 1 AND b.kind = 'registered'
    WHERE coalesce(u.is_tried, FALSE) OR b.is_handed_over
),
sign AS (
    SELECT e.*
    FROM core_event AS e
    INNER JOIN queue AS q ON e.household_id = q.household_id AND q.review_on IS NOT NULL
    WHERE e.event_type NOT IN (
        'listing', 'contact', 'nps_exempt', 'benefit_receiving', 'case_open', 'visit_active'
    )
),
first_told AS (
    -- One more month of the same bill is no news; a stop, another tip or indicator is.
    SELECT
        household_id,
        CASE
            WHEN event_type LIKE '%_stop' THEN max(known_on) FILTER (is_current)
            ELSE min(known_on)
        END AS new_on
    FROM sign
    GROUP BY
        household_id, event_type,
        CASE WHEN source IN ('tip', 'indicator', 'benefit') THEN subject END
    HAVING bool_or(is_current)
),
news AS (
    SELECT q.household_id, min(f.new_on) AS new_on
    FROM queue AS q
    INNER JOIN first_told AS f ON q.household_id = f.household_id AND f.new_on >= q.last_on
    GROUP BY q.household_id
),
stated AS (
    SELECT
        q.*, n.new_on,
        q.review_on > $as_of AND n.new_on IS NULL AS is_parked,
        -- Un-parked they are looked for from that day on.
        CASE
            WHEN q.review_on IS NULL THEN q.told_on
            ELSE greatest(q.told_on, least(q.review_on, coalesce(n.new_on, q.review_on)))
        END AS step_since
    FROM queue AS q
    LEFT JOIN news AS n ON q.household_id = n.household_id
),
option AS (
    SELECT
        s.household_id, p.place, p.step, p.step_ko, p.due_days, p.is_repeated,
        len(list_filter(string_split(coalesce(s.tried, ''), ','), lambda t: t = p.step))
            AS times
    FROM stated AS s
    LEFT JOIN core_address AS a ON s.household_id = a.household_id
    LEFT JOIN core_address_doubt AS d ON s.household_id = d.household_id
    CROSS JOIN _locate_step AS p
    WHERE
        CASE p.step
            WHEN 'UNIT' THEN a.unit_from_source IS NOT NULL
            WHEN 'NEWER_ADDRESS'
                THEN d.newer_address_source IS NOT NULL OR s.is_handed_over
            ELSE TRUE
        END
),
next AS (
    SELECT *
    FROM option
    WHERE is_repeated OR times = 0
    QUALIFY row_number() OVER (PARTITION BY household_id ORDER BY times, place) = 1
)
SELECT
    s.household_id,
    CASE
        WHEN s.is_offered THEN 'transfer_offered'
        WHEN s.is_parked THEN 'parked'
        ELSE 'open'
    END AS state,
    s.opened_on, CAST(s.unmet AS INTEGER) AS unmet, CAST(s.attempts AS INTEGER) AS attempts,
    s.tried, n.step AS next_step, n.step_ko AS next_step_ko, n.due_days,
    CASE WHEN s.is_parked AND NOT s.is_offered THEN s.review_on END AS review_on,
    CASE WHEN NOT coalesce(s.is_parked, FALSE) THEN s.step_since + n.due_days END
        AS step_due_on,
    coalesce(s.review_on IS NOT NULL AND NOT s.is_parked, FALSE) AS is_relisted
FROM stated AS s
INNER JOIN next AS n ON s.household_id = n.household_id
ORDER BY s.household_id
