-- grain: dong_code
-- params: round, as_of
-- home: temp
-- why: what became of a round's referrals in each dong that got some, what is overdue there now and how many officers it has. The dong is the one of the newest list that left; where a protected household lives is told to nobody, so its referral is in the row without a dong.
WITH issued AS (
    SELECT referral_id, dong_code
    FROM out_issued
    WHERE round = $round AND as_of < $as_of
    QUALIFY row_number() OVER (
        PARTITION BY referral_id ORDER BY edition DESC, as_of DESC
    ) = 1
),
listing AS (
    SELECT
        i.dong_code,
        count(*) AS listed,
        count(*) FILTER (l.disposition = 'met') AS met,
        count(*) FILTER (l.disposition = 'locate') AS locate,
        count(*) FILTER (l.disposition = 'carried') AS carried,
        count(*) FILTER (l.disposition = 'routed') AS routed,
        -- Of the team's own, as its rate is.
        count(*) FILTER (
            starts_with(l.result_code, 'S') AND l.disposition <> 'routed'
        ) AS supported,
        quantile_disc(l.contacted_on - l.listed_on, 0.5)
            FILTER (l.disposition = 'met' AND l.contacted_on >= l.listed_on)
            AS days_to_contact
    FROM core_listing AS l
    INNER JOIN issued AS i ON l.referral_id = i.referral_id
    WHERE l.round = $round
    GROUP BY i.dong_code
),
late AS (
    SELECT dong_code, count(*) AS overdue, max($as_of - due_on) AS days_late
    FROM due_item
    WHERE due_on < $as_of AND kind IN ('first_contact', 'locate_step')
    GROUP BY dong_code
),
-- A hub's team works more than its own dong.
work AS (
    SELECT worked_by AS dong_code, count(*) AS worked
    FROM out_referral
    WHERE round = $round AND worked_by IS NOT NULL
    GROUP BY worked_by
),
place AS (
    SELECT dong_code FROM listing
    UNION
    SELECT dong_code FROM late
)
SELECT
    p.dong_code, coalesce(d.dong_name, p.dong_code) AS dong_name, t.hub_code,
    CAST(t.fte AS DOUBLE) AS fte, coalesce(work.worked, 0) AS worked,
    coalesce(l.listed, 0) AS listed, coalesce(l.met, 0) AS met,
    coalesce(l.locate, 0) AS locate, coalesce(l.carried, 0) AS carried,
    coalesce(l.routed, 0) AS routed, coalesce(l.supported, 0) AS supported,
    l.days_to_contact, coalesce(late.overdue, 0) AS overdue, late.days_late
FROM place AS p
LEFT JOIN listing AS l ON p.dong_code IS NOT DISTINCT FROM l.dong_code
LEFT JOIN late ON p.dong_code IS NOT DISTINCT FROM late.dong_code
LEFT JOIN work ON p.dong_code = work.dong_code
LEFT JOIN core_dong AS d ON p.dong_code = d.dong_code AND d.is_live
LEFT JOIN core_team AS t ON p.dong_code = t.dong_code
