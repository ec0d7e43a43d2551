-- grain: household_id
-- params: as_of
-- home: temp
-- why: the same won weigh more on one person than on four, and a small premium in
--      arrears is that of a small income (생계형 체납)
WITH bill AS (
    SELECT
        household_id,
        sum(amount_krw) AS amount,
        max(months_overdue) FILTER (WHERE source = 'nhis') AS nhis_worst,
        sum(amount_krw) FILTER (WHERE source = 'nhis') AS nhis_amount,
        sum(months_overdue) FILTER (WHERE source = 'nhis') AS nhis_months,
        sum(amount_krw) FILTER (WHERE source = 'kepco') AS kepco_amount,
        sum(months_overdue) FILTER (WHERE source = 'kepco') AS kepco_months
    FROM core_event
    WHERE is_current AND occurred_on < $as_of AND known_on < $as_of
      AND event_type IN (
          'kepco_arrears', 'water_arrears', 'gas_arrears',
          'nhis_arrears', 'nps_arrears', 'kcomwel_arrears'
      )
    GROUP BY household_id
),

living AS (
    SELECT household_id, count(*) AS members
    FROM core_household_member
    WHERE NOT coalesce(is_dead, false)
    GROUP BY household_id
),

-- The premium as the newest list of the household tells it; of several the smallest.
told AS (
    SELECT k.household_id, n.ref_date, min(n.premium_krw) AS premium_krw
    FROM stg_nhis AS n
    INNER JOIN core_person_key AS k ON k.person_key = n.head_key
    WHERE n.known_on < $as_of
    GROUP BY k.household_id, n.ref_date
),

premium AS (
    SELECT household_id, premium_krw
    FROM told
    QUALIFY row_number() OVER (PARTITION BY household_id ORDER BY ref_date DESC) = 1
)

SELECT
    h.household_id,
    coalesce(b.amount // greatest(coalesce(l.members, 1), 1), 0)
        AS arrears_amount_per_member_krw,
    CASE WHEN p.premium_krw <= 50000 THEN coalesce(b.nhis_worst, 0) ELSE 0 END
        AS nhis_small_premium_months_now,
    CASE WHEN b.nhis_months > 0 THEN b.nhis_amount // b.nhis_months END
        AS nhis_amount_per_month_krw,
    CASE WHEN b.kepco_months > 0 THEN b.kepco_amount // b.kepco_months END
        AS kepco_amount_per_month_krw
FROM core_household AS h
LEFT JOIN bill AS b ON b.household_id = h.household_id
LEFT JOIN living AS l ON l.household_id = h.household_id
LEFT JOIN premium AS p ON p.household_id = h.household_id
ORDER BY h.household_id
