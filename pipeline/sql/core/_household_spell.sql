-- grain: household_no, person_key, from_on
-- params: none
-- home: temp
-- why: who lived under which 세대번호 from when until when (half-open), over all visible registers and changes; a spell begins with the first file that tells of it and ends with death. The last columns lead to its first and last vault row, for those only who ever changed.
WITH register AS (
    SELECT
        ref_date, CAST(row_number() OVER (ORDER BY ref_date) AS INTEGER) AS epoch
    FROM core_visible_file
    WHERE source = 'resident'
),
person AS (
    SELECT
        person_key, min(household_no) AS household_no, min(on_date) AS from_on,
        max(epoch) AS last_epoch,
        -- Nearly everybody stays where they are: no windows over these.
        min(household_no) = max(household_no) AND NOT bool_or(is_gone OR is_dead)
        AND bit_count(bit_or(CAST(1 AS HUGEINT) << epoch)) = max(epoch) - min(epoch) + 1
            AS is_steady
    FROM _household_step
    GROUP BY person_key
),
step AS (
    SELECT
        s.*, s.is_gone OR s.is_dead AS is_out,
        row_number() OVER w AS place,
        lead(s.on_date) OVER w AS next_on, lead(s.epoch) OVER w AS next_epoch,
        lead(s.is_register) OVER w AS is_next_register
    FROM _household_step AS s
    INNER JOIN person AS p ON s.person_key = p.person_key AND NOT p.is_steady
    WINDOW w AS (
        PARTITION BY s.person_key
        ORDER BY
            s.epoch, NOT s.is_register, s.on_date, s.known_on, s.version, s.file_id,
            s.kind_order, s.household_no DESC, s.row_no DESC
    )
),
state AS (
    SELECT
        s.*,
        -- A register without the person ends what was said before it.
        CASE
            WHEN
                s.next_epoch = s.epoch
                OR (s.next_epoch = s.epoch + 1 AND s.is_next_register)
                THEN s.next_on
            ELSE r.ref_date
        END AS until
    FROM step AS s
    LEFT JOIN register AS r ON s.epoch + 1 = r.epoch
),
held AS (
    -- What a later word of the same day replaced was never so.
    SELECT * FROM state
    WHERE NOT is_out AND (until IS NULL OR until > on_date)
),
marked AS (
    SELECT
        *,
        household_no IS DISTINCT FROM lag(household_no) OVER w
        OR on_date IS DISTINCT FROM lag(until) OVER w AS begins
    FROM held
    WINDOW w AS (PARTITION BY person_key ORDER BY place)
),
numbered AS (
    SELECT
        *, count(*) FILTER (begins) OVER (PARTITION BY person_key ORDER BY place) AS spell_no
    FROM marked
)
SELECT
    household_no, person_key, min(on_date) AS from_on,
    CASE WHEN bool_or(until IS NULL) THEN NULL ELSE max(until) END AS to_on,
    first(relation ORDER BY place) = 'head' AS is_head_at_first,
    last(relation ORDER BY place) = 'head' AS is_head_at_last,
    first(file_id ORDER BY place) AS first_file_id,
    first(row_no ORDER BY place) AS first_row_no,
    last(file_id ORDER BY place) AS last_file_id,
    last(row_no ORDER BY place) AS last_row_no
FROM numbered
GROUP BY household_no, person_key, spell_no
UNION ALL
SELECT
    p.household_no, p.person_key, p.from_on, r.ref_date, NULL, NULL, NULL, NULL, NULL, NULL
FROM person AS p
LEFT JOIN register AS r ON p.last_epoch + 1 = r.epoch
WHERE p.is_steady
