-- grain: household_id
-- params: none
-- why: every household that may be scored: registered ones, and addresses where nobody is registered and supply was stopped, or of which somebody told. The last columns lead to the vault row with name and address.
WITH registered AS (
    SELECT
        household_id,
        CAST(count(*) FILTER (NOT is_dead) AS INTEGER) AS members_alive,
        bool_or(is_protected) AS is_protected,
        -- Ten and more under one head, most of them kin to nobody there.
        count(*) FILTER (NOT is_dead) >= 10
        AND 2 * count(*) FILTER (NOT is_dead AND relation IN ('other', 'cohabitant'))
        >= count(*) FILTER (NOT is_dead) AS is_many
    FROM core_household_member
    GROUP BY household_id
),
door AS (
    SELECT
        n.household_id, n.dong_code, n.is_apartment, n.is_shared_building, n.has_unit,
        a.source, a.file_id, a.row_no
    FROM _nobody_registered AS n
    INNER JOIN _account AS a ON n.source = a.source AND n.account_no = a.account_no
    QUALIFY row_number() OVER (
        PARTITION BY n.household_id
        ORDER BY n.source = 'tip', a.first_ref_date, a.account_key, a.account_no
    ) = 1
),
-- A bill in the name of somebody protected tells where they hide: the door is theirs,
-- whatever else may bear that name. Birth dates tell two of a name apart where written.
guarded AS (
    SELECT DISTINCT n.household_id
    FROM _nobody_registered AS n
    INNER JOIN _account AS a ON n.source = a.source AND n.account_no = a.account_no
    INNER JOIN _register_person AS p
        ON a.name = p.name AND coalesce(a.birth_date = p.birth_date, TRUE)
    INNER JOIN registered AS r ON p.household_id = r.household_id AND r.is_protected
),
household AS (
    SELECT
        m.household_id, 'registered' AS kind, m.dong_code, r.members_alive,
        m.person_key AS head_person_key, r.is_protected, m.is_residence_unknown,
        m.register_ref_date,
        CASE
            WHEN h.household_id IS NULL THEN 'unknown'
            WHEN h.is_apartment THEN 'apartment'
            ELSE 'other'
        END AS home_kind,
        CASE
            WHEN h.road_key IS NULL AND h.lot_key IS NULL THEN 0
            WHEN h.unit_key IS NOT NULL THEN 2
            WHEN
                h.is_shared_building OR h.units_at_number > 0
                OR h.households_at_number >= 3
                THEN 1
            ELSE 2
        END AS address_grade,
        r.is_many OR coalesce(
            regexp_matches(
                concat_ws(' ', p.address, p.detail),
                '시설|요양원|요양병원|기숙사|보육원|양로원|생활관|쉼터|복지원|재활원|교도소|구치소'
            ), FALSE
        ) AS is_institution,
        'resident' AS source, m.file_id AS source_file_id, m.row_no
    FROM core_household_member AS m
    INNER JOIN registered AS r ON m.household_id = r.household_id
    LEFT JOIN _register_home AS h ON m.household_id = h.household_id
    LEFT JOIN _register_person AS p ON m.person_key = p.person_key
    WHERE m.is_head
    UNION ALL
    SELECT
        d.household_id, 'address_only', d.dong_code, 0,
        NULL, g.household_id IS NOT NULL, TRUE, NULL,
        CASE WHEN d.is_apartment THEN 'apartment' ELSE 'other' END,
        CASE WHEN d.has_unit OR NOT d.is_shared_building THEN 2 ELSE 1 END,
        FALSE, d.source, d.file_id, d.row_no
    FROM door AS d
    LEFT JOIN guarded AS g ON d.household_id = g.household_id
)
SELECT
    h.household_id, h.kind, h.dong_code,
    -- Handed over to another dong of the town: its team works them.
    coalesce(t.dong_code, hd.current_dong_code, d.current_dong_code) AS current_dong_code,
    h.members_alive,
    h.head_person_key, h.is_protected, h.is_residence_unknown, h.register_ref_date,
    h.home_kind, CAST(h.address_grade AS INTEGER) AS address_grade,
    h.is_institution, h.source, h.source_file_id, h.row_no
FROM household AS h
LEFT JOIN core_household_dong AS hd ON h.household_id = hd.household_id
LEFT JOIN core_dong_current AS d ON h.dong_code = d.dong_code
LEFT JOIN _household_transfer AS t ON h.household_id = t.household_id
ORDER BY h.household_id
