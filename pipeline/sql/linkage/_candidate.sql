-- grain: source, account_no, household_id
-- params: weights
-- home: temp
-- why: Fellegi-Sunter: each part multiplies the odds by how much likelier its agreement is in truth (m) than by chance (u). The households of one account and "nobody of the register" share one probability, so two that fit alike never look certain. A name written at another's door may be a landlord's, who is as identifiable as who has moved: hence its own share.
WITH weight AS (
    SELECT w.field, w.level, w.m, w.u
    FROM (SELECT unnest($weights) AS w) AS given
),
chance AS (
    SELECT
        l.*,
        n.m / l.name_chance AS name_odds,
        b.m / b.u AS birth_odds,
        f.m / f.u AS phone_odds,
        p.m / l.place_chance AS place_odds,
        t.m / t.u AS move_odds
    FROM _pair_level AS l
    INNER JOIN weight AS n ON n.field = 'name' AND l.name_level = n.level
    INNER JOIN weight AS b ON b.field = 'birth' AND l.birth_level = b.level
    INNER JOIN weight AS f ON f.field = 'phone' AND l.phone_level = f.level
    INNER JOIN weight AS p ON 'place_' || l.place_field = p.field AND l.place_level = p.level
    INNER JOIN weight AS t
        ON
            t.field = 'move'
            AND t.level = CASE
                WHEN l.place_level <> 'elsewhere' THEN 'at_home'
                WHEN l.has_moved_since THEN 'moved_since'
                ELSE 'stayed'
            END
),
person AS (
    SELECT
        c.*,
        least(name_odds * birth_odds * phone_odds * place_odds * move_odds, 1e15)
        / (SELECT count(*) FROM _register_person) AS odds,
        CASE WHEN place_level IN ('elsewhere', 'other_unit') THEN
            name_odds * birth_odds * phone_odds
            / (SELECT count(*) FROM _register_person)
            * o.m
        ELSE 0 END AS owner_odds
    FROM chance AS c
    INNER JOIN weight AS o
        ON
            o.field = 'owner'
            AND o.level = CASE WHEN c.is_contested THEN 'door_is_taken' ELSE 'door_is_free' END
),
household AS (
    SELECT
        source, account_no, account_key, household_id,
        max(odds) AS odds, max(owner_odds) AS owner_odds,
        first(person_key ORDER BY odds DESC, person_key) AS person_key,
        first(name_level ORDER BY odds DESC, person_key) AS name_level,
        first(birth_level ORDER BY odds DESC, person_key) AS birth_level,
        first(phone_level ORDER BY odds DESC, person_key) AS phone_level,
        first(place_level ORDER BY odds DESC, person_key) AS place_level,
        bool_and(is_contested) AS is_contested
    FROM person
    GROUP BY source, account_no, account_key, household_id
),
ranked AS (
    SELECT
        *,
        -- Summed as integers: the order of a sum of fractions would show.
        CAST(odds / (
            (SELECT m FROM weight WHERE field = 'nobody' AND level = 'registered')
            + sum(
                CAST(least(odds + owner_odds, 1e12) * 1e9 AS HUGEINT)
            ) OVER (PARTITION BY source, account_no) / 1e9
        ) AS DECIMAL(6, 4)) AS probability
    FROM household
)
SELECT
    *,
    row_number() OVER (
        PARTITION BY source, account_no ORDER BY probability DESC, household_id
    ) AS place
FROM ranked
