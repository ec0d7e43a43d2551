-- grain: household_id
-- params: as_of, start_3m, start_12m
-- home: temp
-- why: who lives there; ages by month of birth, for the day stays in the vault
WITH living AS (
    SELECT
        household_id,
        relation,
        (year($as_of) * 12 + month($as_of) - birth_month_no) // 12 AS age,
        year($as_of) * 12 + month($as_of)
        - (year(moved_in_on) * 12 + month(moved_in_on)) AS months_there,
        disability_level = 1 AS is_severe,
        disability_level IN (1, 2) AS is_disabled,
        is_foreigner,
        is_residence_unknown,
        moved_in_on >= $start_12m AND moved_in_on < $as_of AS is_new,
        moved_in_on >= $start_3m AND moved_in_on < $as_of AS is_very_new,
        row_number() OVER (
            PARTITION BY household_id
            ORDER BY relation <> 'head', birth_month_no, person_key
        ) = 1 AS is_head
    FROM core_household_member
    WHERE NOT coalesce(is_dead, false)
),

counted AS (
    SELECT
        household_id,
        count(*) AS members,
        count(*) FILTER (WHERE age >= 65) AS members_65_plus,
        count(*) FILTER (WHERE age >= 80) AS members_80_plus,
        count(*) FILTER (WHERE age < 19) AS children_under_19,
        count(*) FILTER (WHERE age < 7) AS children_under_7,
        count(*) FILTER (WHERE age >= 19 AND age < 60) AS adults_19_59,
        count(*) FILTER (WHERE age >= 19 AND age < 65) AS adults_19_64,
        count(*) FILTER (
            WHERE age >= 40 AND age < 65 AND relation <> 'spouse'
        ) AS adults_40_64,
        count(*) FILTER (WHERE is_severe) AS members_severe_disability,
        count(*) FILTER (WHERE is_disabled) AS members_disability,
        count(*) FILTER (WHERE is_foreigner) AS members_foreign,
        count(*) FILTER (WHERE is_residence_unknown) AS members_unknown,
        count(*) FILTER (WHERE relation = 'cohabitant') AS cohabitants,
        count(*) FILTER (WHERE is_new) AS members_new,
        count(*) FILTER (WHERE is_very_new) AS members_very_new,
        max(age) FILTER (WHERE is_head) AS head_age,
        max(months_there) FILTER (WHERE is_head) AS head_months
    FROM living
    GROUP BY household_id
),

dead AS (
    SELECT household_id, count(*) AS members_died
    FROM core_household_member
    WHERE is_dead
    GROUP BY household_id
)

SELECT
    h.household_id,
    c.members,
    CAST(c.members = 1 AS INTEGER) AS is_one_person,
    CAST(c.members = 1 AND c.members_65_plus = 1 AS INTEGER) AS is_lone_65_plus,
    CAST(c.members = 1 AND c.head_age >= 40 AND c.head_age < 65 AS INTEGER)
        AS is_lone_40_64,
    CAST(c.members = 1 AND c.head_age < 40 AS INTEGER) AS is_lone_under_40,
    CAST(c.members = 2 AS INTEGER) AS is_two_person,
    c.members_65_plus,
    c.members_80_plus,
    c.children_under_19,
    c.children_under_7,
    c.members_disability,
    c.members_severe_disability,
    c.members_foreign,
    CAST(
        c.children_under_19 > 0 AND c.members = c.children_under_19 + 1
        AND c.adults_19_64 = 1 AS INTEGER
    ) AS is_single_parent,
    CAST(
        c.children_under_19 > 0 AND c.members > c.children_under_19
        AND c.adults_19_59 = 0 AS INTEGER
    ) AS is_skipped_generation,
    CAST(c.members = 2 AND c.members_65_plus = 2 AS INTEGER) AS is_two_65_plus,
    CAST(
        c.members = 2 AND c.members_65_plus = 1 AND c.adults_40_64 = 1 AS INTEGER
    ) AS is_old_with_adult_child,
    c.head_age,
    CAST(c.head_age < 40 AS INTEGER) AS is_head_under_40,
    CAST(c.head_age >= 65 AND c.head_age < 80 AS INTEGER) AS is_head_65_79,
    CAST(c.head_age >= 80 AS INTEGER) AS is_head_80_plus,
    CAST(c.members_unknown > 0 AS INTEGER) AS is_residence_unknown,
    CAST(c.cohabitants > 0 AS INTEGER) AS has_cohabitant,
    CAST(c.members_new > 0 AS INTEGER) AS is_moved_in_12m,
    CAST(c.members_very_new > 0 AS INTEGER) AS is_moved_in_3m,
    greatest(c.head_months, 0) AS months_at_address,
    CASE WHEN c.members > 0 THEN coalesce(d.members_died, 0) END AS members_died
FROM core_household AS h
LEFT JOIN counted AS c ON c.household_id = h.household_id
LEFT JOIN dead AS d ON d.household_id = h.household_id
ORDER BY h.household_id
