-- grain: source, account_no, stopped_on
-- params: none
-- home: temp
-- why: a stop is known by account and stop date; files that mention it are versions of it. In force means: in the latest snapshot, not restored, snapshot not stale (gone without a restore date = ended by absence).
WITH mention AS (
    SELECT s.*, c.last_ref_date, c.is_stale
    FROM _account_state AS s
    INNER JOIN _part_clock AS c ON s.source = c.source AND s.part = c.part
    WHERE s.stopped_on IS NOT NULL
),
last_word AS (
    SELECT *
    FROM mention
    QUALIFY row_number() OVER (
        PARTITION BY source, account_no, stopped_on
        ORDER BY known_on DESC, version DESC, row_no DESC, file_id DESC
    ) = 1
),
restored_by_a_later_day AS (
    -- A late file about an earlier day cannot undo a restore of a later day.
    SELECT m.source, m.account_no, m.stopped_on, m.restored_on
    FROM mention AS m
    INNER JOIN last_word AS w
        ON
            m.source = w.source
            AND m.account_no = w.account_no
            AND m.stopped_on = w.stopped_on
            AND m.ref_date > w.ref_date
    WHERE m.restored_on IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY m.source, m.account_no, m.stopped_on
        ORDER BY m.known_on DESC, m.version DESC, m.row_no DESC, m.file_id DESC
    ) = 1
),
whole AS (
    SELECT
        source, account_no, stopped_on,
        min(known_on) AS known_on,
        min(ref_date) AS first_ref_date,
        max(ref_date) AS last_mentioned_on,
        bool_or(ref_date = last_ref_date AND NOT is_stale) AS is_in_last_file
    FROM mention
    GROUP BY source, account_no, stopped_on
)
SELECT
    w.source, w.account_no, w.subject, w.stopped_on,
    whole.known_on, whole.first_ref_date, whole.last_mentioned_on, w.months_overdue, w.amount_krw,
    coalesce(w.restored_on, r.restored_on) AS restored_on,
    whole.is_in_last_file AND coalesce(w.restored_on, r.restored_on) IS NULL
        AS is_current
FROM last_word AS w
INNER JOIN whole USING (source, account_no, stopped_on)
LEFT JOIN restored_by_a_later_day AS r USING (source, account_no, stopped_on)
