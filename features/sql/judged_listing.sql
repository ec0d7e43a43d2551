-- grain: round, household_id
-- params: none
-- home: temp
-- why: what evaluation needs of every household that a team had on one of our own lists: its place, the probability of the draw, its score then, what became of it, and who heads it by the register of the last screening. Whoever was drawn by lot stands with the slice, whatever else may have listed it
WITH listed AS (
    SELECT
        l.round, l.household_id, min(l.listed_on) AS listed_on,
        first(l.slot_kind ORDER BY l.slot_kind = 'sample' DESC, l.referral_id) AS slot_kind,
        bool_or(l.disposition = 'met') AS is_met,
        bool_or(l.disposition IN ('met', 'locate')) AS is_tried
    FROM core_listing AS l
    WHERE l.source = 'result' AND l.route = 'team'
    GROUP BY l.round, l.household_id
),
issued AS (
    SELECT
        i.round, coalesce(a.household_id, i.household_id) AS household_id,
        max_by(i.dong_code, i.edition) AS dong_code, any_value(i.household_id) AS household_no
    FROM out_issued AS i
    LEFT JOIN core_household_alias AS a ON i.household_id = a.household_no
    GROUP BY 1, 2
),
head AS (
    SELECT
        h.household_id, any_value(m.sex) AS head_sex, any_value(m.birth_month_no) AS born
    FROM core_household AS h
    INNER JOIN core_household_member AS m
        ON h.household_id = m.household_id AND h.head_person_key = m.person_key
    GROUP BY h.household_id
)
SELECT
    l.round, l.household_id, l.listed_on, i.dong_code AS dong, l.slot_kind,
    coalesce(l.slot_kind = 'sample', false) AS is_drawn,
    CASE WHEN l.is_tried THEN l.is_met END AS is_reached,
    s.stratum, s.probability AS drawn_with, o.score, o.probability,
    head.head_sex,
    CAST((year(l.listed_on) * 12 + month(l.listed_on) - head.born) // 12 AS INTEGER) AS head_age,
    f.is_one_person, f.members_severe_disability, f.members_foreign, f.is_utility_blind
FROM listed AS l
INNER JOIN issued AS i ON l.round = i.round AND l.household_id = i.household_id
LEFT JOIN out_sample AS s ON s.round = l.round AND s.household_id = i.household_no
LEFT JOIN out_score AS o ON o.round = l.round AND o.household_id = i.household_no
LEFT JOIN head ON l.household_id = head.household_id
LEFT JOIN feat_matrix AS f ON l.household_id = f.household_id
ORDER BY l.round, l.household_id
