-- grain: household_id
-- params: as_of, round, child_under_years, alone_from_years
-- home: temp
-- why: what the rules ask of a household, gathered once for all of whom anything is told: who lives there, what is seen now and since when that is news, how often it was listed and met. `is_in_play`: it may be referred at all, because of a sign or of a listing.
WITH told AS (
    SELECT
        household_id,
        max(CASE WHEN event_type = 'contact' AND occurred_on < $as_of THEN occurred_on END)
            AS contacted_on,
        max(CASE WHEN event_type = 'case_open' THEN occurred_on END) AS case_opened_on,
        bool_or(event_type = 'benefit_receiving') AS is_recipient
    FROM core_event
    WHERE known_on < $as_of
      AND (
          event_type = 'contact'
          OR (event_type = 'case_open' AND is_current)
          OR (
              event_type = 'benefit_receiving' AND is_current
              AND subject LIKE 'livelihood/%'
          )
      )
    GROUP BY household_id
),
asked AS (
    SELECT household_id FROM _policy_sign
    UNION
    SELECT household_id FROM core_repeat
    UNION
    SELECT household_id FROM core_listing
    UNION
    SELECT household_id FROM core_locate
    UNION
    SELECT household_id FROM told WHERE case_opened_on IS NOT NULL
    UNION
    SELECT person.household_id
    FROM stg_case_management AS managed
    JOIN core_person_key AS person ON person.person_key = managed.person_key
    UNION
    SELECT coalesce(alias.household_id, moved.household_id)
    FROM out_transfer AS moved
    LEFT JOIN core_household_alias AS alias ON alias.household_no = moved.household_id
),
living AS (
    SELECT
        member.household_id,
        count(*) AS members,
        count(CASE WHEN year($as_of) * 12 + month($as_of) - birth_month_no < 12 * CAST($child_under_years AS INTEGER) THEN 1 END) AS children,
        count(CASE WHEN year($as_of) * 12 + month($as_of) - birth_month_no >= 12 * CAST($alone_from_years AS INTEGER) THEN 1 END) AS aged,
        count(CASE WHEN disability_level > 0 THEN 1 END) AS disabled,
        count(CASE WHEN is_foreigner THEN 1 END) AS foreigners
    FROM core_household_member AS member
    JOIN asked ON asked.household_id = member.household_id
    WHERE NOT coalesce(member.is_dead, FALSE)
    GROUP BY member.household_id
),
seen AS (
    SELECT
        sign.household_id,
        max(sign.news_on) AS news_on,
        -- One bit a part of life: each counts once.
        bit_count(bit_or(CASE WHEN sign.is_current THEN kind.domain_bit ELSE 0 END))
            AS domains,
        count(CASE WHEN sign.is_current AND kind.stop_ko IS NOT NULL THEN 1 END)
            AS stops_in_force,
        bool_or(sign.is_current AND sign.event_type = 'gas_stop') AS has_gas_stop,
        max(CASE WHEN sign.is_current AND sign.event_type = 'tip' THEN sign.known_on END)
            AS tip_known_on
    FROM _policy_sign AS sign
    LEFT JOIN _policy_kind AS kind ON kind.event_type = sign.event_type
    GROUP BY sign.household_id
),
-- Few households have a cut-off in force: only theirs are spelled out.
stop AS (
    SELECT
        sign.household_id,
        string_agg(
            kind.stop_ko || ' ' || strftime(sign.current_on, '%Y-%m-%d'), ' · '
            ORDER BY sign.event_type
        ) AS stop_ko
    FROM _policy_sign AS sign
    JOIN _policy_kind AS kind ON kind.event_type = sign.event_type
    WHERE sign.is_current AND kind.stop_ko IS NOT NULL
    GROUP BY sign.household_id
),
-- Since when a case's manager knows what we know; an earlier edition of this round is
-- still this round.
told_manager AS (
    SELECT household_id, max(listed_on) AS told_on
    FROM core_listing
    WHERE route = 'case_manager' AND listed_on < $as_of AND round <> $round
    GROUP BY household_id
)
SELECT
    household.household_id, household.kind, household.members_alive,
    household.is_protected, household.is_institution,
    seen.household_id IS NOT NULL AS is_signed,
    seen.household_id IS NOT NULL OR repeated.household_id IS NOT NULL
    OR locate.household_id IS NOT NULL AS is_in_play,
    seen.news_on, CAST(coalesce(seen.domains, 0) AS INTEGER) AS domains,
    coalesce(seen.stops_in_force, 0) AS stops_in_force,
    coalesce(seen.has_gas_stop, FALSE) AS has_gas_stop, stop.stop_ko, seen.tip_known_on,
    coalesce(living.members, 0) AS members, coalesce(living.children, 0) AS children,
    coalesce(living.disabled, 0) AS disabled,
    coalesce(living.members = 1 AND living.aged = 1, FALSE) AS is_alone_aged,
    coalesce(living.foreigners = living.members, FALSE) AS is_foreign_only,
    coalesce(repeated.times_listed, 0) AS times_listed,
    coalesce(repeated.unmet_since_contact, 0) AS unmet,
    coalesce(repeated.carried_in_row, 0) AS carried_in_row,
    repeated.last_attempt_on, told.contacted_on,
    coalesce(told.is_recipient, FALSE) AS is_recipient,
    CASE WHEN told.case_opened_on IS NOT NULL
        THEN greatest(told.case_opened_on, told_manager.told_on) END AS case_known_on,
    locate.state AS locate_state, locate.review_on
FROM core_household AS household
JOIN asked ON asked.household_id = household.household_id
LEFT JOIN living ON living.household_id = household.household_id
LEFT JOIN seen ON seen.household_id = household.household_id
LEFT JOIN stop ON stop.household_id = household.household_id
LEFT JOIN told ON told.household_id = household.household_id
LEFT JOIN told_manager ON told_manager.household_id = household.household_id
LEFT JOIN core_repeat AS repeated ON repeated.household_id = household.household_id
LEFT JOIN core_locate AS locate ON locate.household_id = household.household_id
