-- grain: household_id, sign
-- params: none
-- home: temp
-- why: what speaks against a household's living where it is registered. Only what is newer than its moving in and than the last time somebody was met there; files of arrears tell nothing by silence, so a home without any bill is no sign.
WITH result AS (
    SELECT household_id, result_code, result_on AS on_date
    FROM core_listing
    WHERE result_code IS NOT NULL
),
met AS (
    -- A code without a day of contact is paper: nobody was met there.
    SELECT household_id, max(contacted_on) AS last_on
    FROM core_listing
    WHERE regexp_matches(result_code, '^(S|C|N|R)')
    GROUP BY household_id
),
home AS (
    SELECT
        h.*, m.is_residence_unknown,
        greatest(
            coalesce(h.moved_in_on, DATE '1900-01-01'),
            coalesce(r.last_on, DATE '1900-01-01')
        ) AS since
    FROM _register_home AS h
    INNER JOIN core_household_member AS m ON h.household_id = m.household_id AND m.is_head
    LEFT JOIN met AS r ON h.household_id = r.household_id
),
not_found AS (
    SELECT
        h.household_id,
        CASE
            WHEN r.result_code IN ('L3', 'L4') THEN 'MOVED'
            WHEN r.result_code = 'L2' THEN 'EMPTY_HOME'
            WHEN r.result_code = 'L1' THEN 'NOT_REACHED'
            ELSE 'ADDRESS_LACKS_UNIT'
        END AS sign,
        r.on_date AS since
    FROM home AS h
    INNER JOIN result AS r ON h.household_id = r.household_id AND r.on_date > h.since
    WHERE r.result_code IN ('L1', 'L2', 'L3', 'L4', 'L5')
),
account AS (
    SELECT
        a.source, a.file_id, a.row_no, a.holder_since, a.ref_date, l.household_id,
        l.person_key, p.name, p.city, p.road_key, p.unit_key
    FROM _account_place AS p
    INNER JOIN _account AS a ON p.source = a.source AND p.account_no = a.account_no
    INNER JOIN core_link AS l ON p.source = l.source AND p.account_no = l.account_no
    WHERE p.source <> 'tip' AND p.road_key IS NOT NULL
),
elsewhere AS (
    SELECT
        h.household_id, a.holder_since AS since, a.source, a.file_id, a.row_no
    FROM account AS a
    INNER JOIN home AS h ON a.household_id = h.household_id
    WHERE
        a.person_key IS NOT NULL AND h.road_key IS NOT NULL
        AND (a.city, a.road_key) <> (h.city, h.road_key)
        AND a.holder_since > h.since
),
at_door AS (
    SELECT h.household_id, a.ref_date AS since
    FROM home AS h
    INNER JOIN account AS a
        ON
            h.city = a.city AND h.road_key = a.road_key
            AND h.unit_key IS NOT DISTINCT FROM a.unit_key
    LEFT JOIN _register_person AS p
        ON h.household_id = p.household_id AND a.name = p.name
    WHERE
        h.is_only_one AND (h.unit_key IS NOT NULL OR NOT h.is_shared_building)
        AND p.person_key IS NULL AND a.holder_since > h.since
),
insured AS (
    SELECT
        k.household_id, n.ref_date, n.known_on, n.file_id, n.row_no, p.city, p.area,
        coalesce(p.road_key, l.road_key) AS road_key
    FROM stg_nhis AS n
    INNER JOIN core_person_key AS k ON n.head_key = k.person_key
    INNER JOIN vault.vault_nhis AS v ON n.file_id = v.file_id AND n.row_no = v.row_no
    INNER JOIN _address_text AS t ON v.address = t.address AND t.detail IS NULL
    INNER JOIN _address_part AS p ON t.address_id = p.address_id
    LEFT JOIN _register_home AS r ON k.household_id = r.household_id
    -- An address without its city is looked for in the household's own.
    LEFT JOIN _lot_road AS l ON p.lot_key = l.lot_key AND coalesce(p.city, r.city) = l.city
    QUALIFY row_number() OVER (
        PARTITION BY k.household_id
        ORDER BY n.ref_date DESC, n.known_on DESC, n.certificate_no, n.file_id, n.row_no
    ) = 1
),
insurer AS (
    SELECT h.household_id, i.ref_date AS since, 'nhis' AS source, i.file_id, i.row_no
    FROM insured AS i
    INNER JOIN home AS h ON i.household_id = h.household_id AND i.ref_date > h.since
    WHERE
        (i.road_key IS NOT NULL AND h.road_key IS NOT NULL AND i.road_key <> h.road_key)
        OR i.area <> h.area OR i.city <> h.city
),
told AS (
    SELECT
        household_id, 'RESIDENCE_UNKNOWN' AS sign, register_ref_date AS since,
        NULL AS source, NULL AS file_id, NULL AS row_no
    FROM home
    WHERE is_residence_unknown
    UNION ALL BY NAME
    SELECT household_id, sign, since FROM not_found
    UNION ALL BY NAME
    SELECT household_id, 'ACCOUNT_ELSEWHERE' AS sign, since, source, file_id, row_no
    FROM elsewhere
    UNION ALL BY NAME
    SELECT household_id, 'OTHER_AT_DOOR' AS sign, since FROM at_door
    UNION ALL BY NAME
    SELECT household_id, 'INSURER_ELSEWHERE' AS sign, since, source, file_id, row_no
    FROM insurer
)
SELECT * FROM told
QUALIFY row_number() OVER (
    PARTITION BY household_id, sign ORDER BY since DESC, source, file_id DESC, row_no DESC
) = 1
