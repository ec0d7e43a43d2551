-- grain: written, registered
-- params: none
-- home: temp
-- why: which registered names a written name may be: itself, or one slip away. Names are compared as jamo, one ASCII letter each (the engine's distances count bytes). `chance` is the share of people who bear any name as near: a frequent name proves less.
WITH registered AS (
    SELECT name, count(*) AS people FROM _register_person GROUP BY name
),
written AS (
    SELECT DISTINCT name FROM _rest
),
everybody AS (
    SELECT count(*) AS people FROM _register_person
),
spelled AS (
    -- Initial, vowel and final take three disjoint ranges; anything else stays itself.
    SELECT
        name, length(name) AS syllables,
        array_to_string(list_transform(string_split(name, ''), lambda c: CASE
            WHEN c BETWEEN '가' AND '힣' THEN
                chr(33 + (ord(c) - 44032) // 588)
                || chr(52 + (ord(c) - 44032) // 28 % 21)
                || chr(73 + (ord(c) - 44032) % 28)
            ELSE c || '~~'
        END), '') AS jamo,
        array_to_string(list_sort(string_split(name, '')), '') AS sorted
    FROM (SELECT name FROM registered UNION SELECT name FROM written) AS names
    WHERE length(name) BETWEEN 2 AND 20
),
hole AS (
    -- A name with one syllable blanked and with it left out.
    SELECT
        s.name,
        substr(s.name, 1, p.place - 1) || '*' || substr(s.name, p.place + 1) AS blanked,
        CASE WHEN s.syllables >= 3 THEN
            substr(s.name, 1, p.place - 1) || substr(s.name, p.place + 1)
        END AS shortened
    FROM spelled AS s, unnest(range(1, 21)) AS p (place)
    WHERE p.place <= s.syllables
),
likely AS (
    SELECT w.name AS written, r.name AS registered
    FROM hole AS w
    INNER JOIN written ON w.name = written.name
    INNER JOIN hole AS r ON w.blanked = r.blanked
    INNER JOIN registered ON r.name = registered.name
    UNION
    SELECT w.name, r.name
    FROM written AS w
    INNER JOIN hole AS r ON w.name = r.shortened
    INNER JOIN registered ON r.name = registered.name
    UNION
    SELECT w.name, r.name
    FROM hole AS w
    INNER JOIN written ON w.name = written.name
    INNER JOIN registered AS r ON w.shortened = r.name
    UNION
    SELECT w.name, r.name
    FROM spelled AS w
    INNER JOIN written ON w.name = written.name
    INNER JOIN spelled AS r ON w.sorted = r.sorted AND w.name <> r.name
    INNER JOIN registered ON r.name = registered.name
),
graded AS (
    SELECT
        l.written, l.registered,
        CASE
            WHEN l.written = l.registered THEN 'same'
            WHEN w.sorted = r.sorted THEN 'swapped'
            WHEN w.syllables <> r.syllables THEN 'dropped'
            WHEN hamming(w.jamo, r.jamo) = 1 THEN 'one_jamo'
        END AS level
    FROM likely AS l
    INNER JOIN spelled AS w ON l.written = w.name
    INNER JOIN spelled AS r ON l.registered = r.name
)
SELECT
    g.written, g.registered, g.level,
    sum(r.people) OVER (PARTITION BY g.written, g.level) / e.people AS chance
FROM graded AS g
INNER JOIN registered AS r ON g.registered = r.name
CROSS JOIN everybody AS e
WHERE g.level IS NOT NULL
