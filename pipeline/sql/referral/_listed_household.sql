-- grain: one row per household on a list of the round
-- params: round, as_of
-- home: temp
-- why: what a referral needs besides its place: band and reasons of the score, how good the address is and whether they seem to live there, and how often the household was listed before
WITH listing AS (
    SELECT
        event.household_id,
        -- Several persons of one household listed on one day are one listing.
        CAST(count(DISTINCT CASE WHEN event.event_type = 'listing' THEN event.occurred_on END) AS INTEGER) AS times_listed
    FROM core_event AS event
    JOIN _ranked ON _ranked.household_id = event.household_id
    WHERE event.known_on < $as_of
    GROUP BY event.household_id
)
SELECT
    _ranked.household_id, _ranked.dong_code, _ranked.hub_code, _ranked.rank_in_unit,
    _ranked.rank_in_dong, _ranked.score, _ranked.last_contact_on,
    scored.band, scored.reason_1, scored.reason_2, scored.reason_3,
    household.kind,
    -- Power and water are inside the 관리비: that nothing is seen of them says nothing.
    coalesce(household.home_kind = 'apartment', FALSE) AS is_utility_blind,
    -- 거주불명: they are known not to live where they are registered.
    CASE WHEN household.kind = 'registered' AND household.is_residence_unknown THEN 0
         -- The register names no door; a bill may.
         WHEN known.grade IN (1, 2) THEN 1
         ELSE household.address_grade END AS address_grade,
    doubt.household_id IS NOT NULL AS is_address_doubtful,
    coalesce(listing.times_listed, 0) AS times_listed
FROM _ranked
JOIN out_score AS scored
    ON scored.household_id = _ranked.household_id
    AND scored.round = $round
    AND scored.as_of = $as_of
JOIN core_household AS household ON household.household_id = _ranked.household_id
LEFT JOIN core_address AS known ON known.household_id = _ranked.household_id
LEFT JOIN core_address_doubt AS doubt ON doubt.household_id = _ranked.household_id
LEFT JOIN listing ON listing.household_id = _ranked.household_id
ORDER BY _ranked.household_id
