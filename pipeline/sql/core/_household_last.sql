-- grain: person_key
-- params: none
-- home: temp
-- why: the last word on everybody since the latest register: its row, unless a change came after it
WITH latest AS (
    SELECT * FROM _household_step
    WHERE epoch = (
        SELECT count(*) FROM core_visible_file WHERE source = 'resident'
    )
),
changed AS (
    SELECT * FROM latest
    WHERE NOT is_register
    QUALIFY row_number() OVER (
        PARTITION BY person_key
        ORDER BY
            on_date DESC, known_on DESC, version DESC, file_id DESC, kind_order DESC,
            household_no, row_no
    ) = 1
)
SELECT * FROM changed
UNION ALL
SELECT l.* FROM latest AS l
ANTI JOIN changed AS c ON l.person_key = c.person_key
WHERE l.is_register
