-- grain: person_key, epoch, is_register, on_date, file_id, kind_order
-- params: as_of
-- home: temp
-- why: everything said of where a person belongs, in order of time: each visible register, the changes between two of them, and the end of a number that was corrected. `epoch` counts the registers: a change belongs to the one before it, so that the next register resets it. Of several changes on one day the last file counts, and within it leaving and dying come last, whatever the order of its rows.
WITH register AS (
    SELECT
        ref_date, lead(ref_date) OVER (ORDER BY ref_date) AS next_on,
        CAST(row_number() OVER (ORDER BY ref_date) AS INTEGER) AS epoch
    FROM core_visible_file
    WHERE source = 'resident'
),
change AS (
    SELECT
        c.*, r.epoch,
        list_position(
            [
                'birth', 'move_in', 'restored', 'merge', 'split', 'correction',
                'move_out', 'emigrated', 'cancelled', 'death'
            ], c.change_kind
        ) AS kind_order
    FROM stg_resident_change AS c
    INNER JOIN register AS r
        ON c.changed_on > r.ref_date AND (r.next_on IS NULL OR c.changed_on <= r.next_on)
    WHERE c.changed_on < $as_of
)
SELECT
    s.person_key, 'H' || substr(s.registry_no_key, 1, 15) AS household_no, s.relation,
    s.ref_date AS on_date, r.epoch, TRUE AS is_register, 'register' AS kind,
    FALSE AS is_gone, coalesce(s.died_on < $as_of, FALSE) AS is_dead, s.moved_in_on,
    s.known_on, s.version, s.file_id, s.row_no, 0 AS kind_order
FROM stg_resident AS s
INNER JOIN register AS r ON s.ref_date = r.ref_date
UNION ALL
SELECT
    person_key, 'H' || substr(registry_no_key, 1, 15), relation, changed_on, epoch,
    FALSE, change_kind, change_kind IN ('move_out', 'emigrated', 'cancelled'),
    change_kind = 'death' OR coalesce(died_on < $as_of, FALSE), moved_in_on,
    known_on, version, file_id, row_no, kind_order
FROM change
UNION ALL
-- Whoever had a number that was corrected goes on under the other one.
SELECT
    previous_person_key, 'H' || substr(registry_no_key, 1, 15), relation, changed_on,
    epoch, FALSE, 'renumbered', TRUE, FALSE, moved_in_on,
    known_on, version, file_id, min(row_no), 0
FROM change
WHERE change_kind = 'correction' AND previous_person_key <> person_key
GROUP BY ALL
