-- grain: one row per household on a list of the round
-- params: none
-- home: temp
-- why: the order of visits: must first, then who is to be located, then by rank with the sample mixed in by score; equal scores (to 6 places) to the longest without contact, never contacted first, then by household_id
WITH placed AS (
    SELECT
        candidate.household_id, candidate.dong_code, candidate.hub_code, candidate.unit,
        candidate.score, candidate.last_contact_on, candidate.must_code,
        candidate.queue AS slot_kind, candidate.turn, NULL AS stratum,
        -- By its score alone it would have no place: then the campaign gave it one.
        CASE WHEN candidate.queue = 'rank' AND candidate.score_turn > quota.rank_listed
            THEN candidate.campaign END AS campaign
    FROM _place_candidate AS candidate
    JOIN _place_quota AS quota ON quota.unit = candidate.unit
    WHERE candidate.turn <= CASE candidate.queue
        WHEN 'must' THEN quota.must_listed
        WHEN 'locate' THEN quota.locate_listed
        ELSE quota.rank_listed
    END
    UNION ALL
    SELECT
        drawn.household_id,
        coalesce(candidate.dong_code, beyond.dong_code),
        coalesce(candidate.hub_code, beyond.hub_code),
        drawn.unit,
        coalesce(candidate.score, beyond.score),
        candidate.last_contact_on, NULL, 'sample', NULL, drawn.stratum, NULL
    FROM _sample AS drawn
    LEFT JOIN _place_candidate AS candidate
        ON candidate.household_id = drawn.household_id
    LEFT JOIN _sample_no_signal AS beyond ON beyond.household_id = drawn.household_id
),
in_unit AS (
    SELECT
        *,
        CAST(row_number() OVER (
            PARTITION BY unit
            ORDER BY
                CASE slot_kind WHEN 'must' THEN 1 WHEN 'locate' THEN 2 ELSE 3 END,
                CASE WHEN slot_kind IN ('must', 'locate') THEN turn END,
                score DESC NULLS LAST, last_contact_on ASC NULLS FIRST, household_id
        ) AS INTEGER) AS rank_in_unit
    FROM placed
)
SELECT
    *,
    CAST(row_number() OVER (PARTITION BY dong_code ORDER BY rank_in_unit) AS INTEGER)
        AS rank_in_dong
FROM in_unit
