-- grain: one row per household on a team's list of the round
-- params: round, former, as_of
-- home: temp
-- why: against the round before: was it listed there, and is it worse off now. A dong's office that never had it sees it as new. A round that was screened before these columns were kept has no figures to be worse than.
WITH listed AS (
    SELECT * FROM out_referral WHERE round = $round AND route = 'team'
),
former AS (
    SELECT * FROM out_referral WHERE round = $former AND route = 'team'
),
new_stop AS (
    SELECT event.household_id, count(*) AS stops
    FROM core_event AS event
    JOIN former ON former.household_id = event.household_id
    WHERE event.event_type LIKE '%_stop'
      AND event.is_current
      AND event.known_on >= former.as_of
      AND event.known_on < $as_of
    GROUP BY event.household_id
),
compared AS (
    SELECT
        listed.household_id, listed.dong_code, listed.referral_id, listed.rank_in_dong,
        listed.seen_ko, listed.data_date,
        former.referral_id AS former_referral_id, former.as_of AS former_as_of,
        coalesce(former.dong_code <> listed.dong_code, FALSE) AS is_moved,
        former.band AS former_band, listed.band,
        former.months_max AS former_months, listed.months_max AS months,
        former.kinds AS former_kinds, listed.kinds,
        coalesce(new_stop.stops, 0) AS new_stops,
        coalesce(listed.months_max > former.months_max, FALSE) AS has_more_months,
        coalesce(listed.kinds > former.kinds, FALSE) AS has_more_kinds,
        -- 매우 높음 > 높음 > 보통
        coalesce(
            array_position(['보통', '높음', '매우 높음'], listed.band)
            > array_position(['보통', '높음', '매우 높음'], former.band),
            FALSE
        ) AS has_higher_band
    FROM listed
    LEFT JOIN former ON former.household_id = listed.household_id
    LEFT JOIN new_stop ON new_stop.household_id = listed.household_id
)
SELECT
    *,
    CASE
        WHEN former_referral_id IS NULL OR is_moved THEN 'new'
        WHEN new_stops > 0 OR has_more_months OR has_more_kinds OR has_higher_band
            THEN 'worsened'
        ELSE 'unchanged'
    END AS change
FROM compared
