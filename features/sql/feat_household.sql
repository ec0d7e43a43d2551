-- grain: household_id
-- params: as_of, start_12m
-- home: temp
-- why: who lives there; ages by month of birth, for the day stays in the vault
WITH living AS (
    SELECT
        household_id,
        year($as_of) * 12 + month($as_of) - birth_month_no AS age_months,
        disability_level = 1 AS is_severe,
        is_foreigner,
        is_residence_unknown,
        relation = 'cohabitant' AS is_cohabitant,
        moved_in_on >= $start_12m AND moved_in_on < $as_of AS is_new
    FROM core_household_member
    WHERE NOT coalesce(is_dead, false)
),

counted AS (
    SELECT
        household_id,
        count(*) AS members,
        count(*) FILTER (WHERE age_months >= 65 * 12) AS members_65_plus,
        count(*) FILTER (WHERE age_months < 19 * 12) AS children_under_19,
        count(*) FILTER (WHERE is_severe) AS members_severe_disability,
        count(*) FILTER (WHERE is_foreigner) AS members_foreign,
        count(*) FILTER (WHERE is_residence_unknown) AS members_unknown,
        count(*) FILTER (WHERE is_cohabitant) AS cohabitants,
        count(*) FILTER (WHERE is_new) AS members_new
    FROM living
    GROUP BY household_id
)

SELECT
    h.household_id,
    CAST(c.members = 1 AS INTEGER) AS is_one_person,
    CAST(c.members = 1 AND c.members_65_plus = 1 AS INTEGER) AS is_lone_65_plus,
    c.members_65_plus,
    c.children_under_19,
    c.members_severe_disability,
    c.members_foreign,
    CAST(c.members_unknown > 0 AS INTEGER) AS is_residence_unknown,
    CAST(c.cohabitants > 0 AS INTEGER) AS has_cohabitant,
    CAST(c.members_new > 0 AS INTEGER) AS is_moved_in_12m
FROM core_household AS h
LEFT JOIN counted AS c ON c.household_id = h.household_id
ORDER BY h.household_id
