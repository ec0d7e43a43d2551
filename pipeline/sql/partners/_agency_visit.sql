-- grain: household_id, agency
-- params: round, as_of
-- home: temp
-- why: which agencies visit whom on the round's lists at home, by the newest register of services, and when they come next. Protected households go to their one officer and are none of these.
WITH visit AS (
    SELECT
        p.household_id, v.agency,
        min(v.next_visit_on) FILTER (v.next_visit_on >= $as_of) AS next_visit_on
    FROM stg_visit AS v
    INNER JOIN core_person_key AS p ON v.person_key = p.person_key
    INNER JOIN core_source_clock AS c
        ON c.source = 'visit' AND c.last_ref_date = v.ref_date
    WHERE v.known_on < $as_of AND NOT p.is_dead
      AND (v.ends_on IS NULL OR v.ends_on >= $as_of)
    GROUP BY ALL
)
SELECT
    r.referral_id, r.household_id, v.agency, v.next_visit_on,
    date_trunc('week', v.next_visit_on)::DATE AS week_of,
    coalesce(d.dong_name, r.dong_code) AS dong_name,
    coalesce(t.team_name, '') AS team_name,
    coalesce(
        count(DISTINCT v.agency) OVER (
            PARTITION BY r.household_id, date_trunc('week', v.next_visit_on)
        ) > 1 AND v.next_visit_on IS NOT NULL, FALSE
    ) AS is_twice
FROM out_referral AS r
INNER JOIN core_household AS h ON r.household_id = h.household_id AND NOT h.is_protected
INNER JOIN visit AS v ON r.household_id = v.household_id
LEFT JOIN core_dong AS d ON r.dong_code = d.dong_code AND d.is_live
LEFT JOIN core_team AS t ON coalesce(r.worked_by, r.dong_code) = t.dong_code
WHERE r.round = $round AND coalesce(r.route, 'team') IN ('team', 'city_team')
