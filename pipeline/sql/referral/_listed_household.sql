-- grain: one row per referral of the round
-- params: round, as_of
-- home: temp
-- why: what a referral needs besides its place: band and reasons of the score, how good the address is and whether they seem to live there, whether a phone is known, how often the household was listed before, and what the policy says of it
WITH listing AS (
    SELECT
        event.household_id,
        -- Several persons of one household listed on one day are one listing.
        CAST(count(DISTINCT CASE WHEN event.event_type = 'listing' THEN event.occurred_on END) AS INTEGER) AS times_listed,
        max(CASE WHEN event.event_type = 'contact' AND event.occurred_on < $as_of THEN event.occurred_on END) AS last_contact_on
    FROM core_event AS event
    JOIN _place_route ON _place_route.household_id = event.household_id
    WHERE event.known_on < $as_of
    GROUP BY event.household_id
),
rule AS (
    SELECT
        household_id, rule, kind, place, label_ko,
        label_ko || coalesce('(' || detail_ko || ')', '') AS text_ko
    FROM _policy
),
told AS (
    SELECT
        rule.household_id,
        string_agg(CASE WHEN kind = 'caution' THEN text_ko END, ' · ' ORDER BY place, rule) AS caution_ko,
        string_agg(CASE WHEN kind = 'suggest' THEN text_ko END, ' · ' ORDER BY place, rule) AS suggest_ko,
        string_agg(CASE WHEN kind = 'escalate' THEN text_ko END, ' · ' ORDER BY place, rule) AS escalate_ko,
        max(CASE WHEN kind = 'must' AND rule = _place_route.must_code THEN label_ko END) AS must_ko,
        string_agg(CASE WHEN kind = 'carry' THEN label_ko END, ' · ' ORDER BY place, rule) AS carry_ko,
        bool_or(kind = 'same_day') AS is_same_day
    FROM rule
    JOIN _place_route ON _place_route.household_id = rule.household_id
    GROUP BY rule.household_id
),
newest AS (SELECT max(last_ref_date) AS data_date FROM core_source_clock)
SELECT
    _place_route.household_id, _place_route.dong_code, _place_route.hub_code,
    _place_route.route, _place_route.slot_kind, _place_route.worked_by,
    _place_route.rank_in_unit, _place_route.rank_in_dong, _place_route.must_code,
    _place_route.stratum, _place_route.score, _place_route.campaign,
    campaign.reason_ko AS campaign_ko, listing.last_contact_on,
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
    -- Only whether one is known leaves the vault here.
    household.kind = 'registered' AND coalesce(resident.phone, '') <> '' AS has_phone,
    coalesce(listing.times_listed, 0) AS times_listed,
    locate.next_step AS locate_step, locate.next_step_ko AS locate_step_ko,
    locate.due_days AS locate_days,
    told.caution_ko, told.suggest_ko, told.escalate_ko, told.must_ko,
    told.carry_ko,
    coalesce(told.is_same_day, FALSE) AS is_same_day,
    newest.data_date AS newest_data_date
FROM _place_route
CROSS JOIN newest
JOIN core_household AS household
    ON household.household_id = _place_route.household_id
LEFT JOIN out_score AS scored
    ON scored.household_id = _place_route.household_id
    AND scored.round = $round
    AND scored.as_of = $as_of
LEFT JOIN core_address AS known ON known.household_id = _place_route.household_id
LEFT JOIN core_address_doubt AS doubt
    ON doubt.household_id = _place_route.household_id
LEFT JOIN listing ON listing.household_id = _place_route.household_id
LEFT JOIN core_locate AS locate
    ON locate.household_id = _place_route.household_id AND locate.state <> 'parked'
LEFT JOIN told ON told.household_id = _place_route.household_id
LEFT JOIN _campaign AS campaign
    ON campaign.household_id = _place_route.household_id
    AND campaign.campaign = _place_route.campaign
LEFT JOIN vault.vault_resident AS resident
    ON resident.file_id = household.source_file_id
    AND resident.row_no = household.row_no
ORDER BY _place_route.household_id
