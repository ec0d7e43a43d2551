-- grain: one row per unit that works a list
-- params: must_share, locate_share, sample_share
-- home: temp
-- why: how many places each queue gets: the sample's set aside first, must and locate up to their shares, the rest by rank; what is left goes to must and then locate beyond their shares
WITH wanted AS (
    SELECT
        unit,
        count(CASE WHEN queue = 'must' THEN 1 END) AS must_wanted,
        count(CASE WHEN queue = 'locate' THEN 1 END) AS locate_wanted,
        count(CASE WHEN queue = 'rank' THEN 1 END) AS rank_wanted
    FROM _place_candidate
    GROUP BY unit
),
no_signal AS (
    SELECT unit, count(*) AS households FROM _sample_no_signal GROUP BY unit
),
-- round() first: 0.29 x 100 is 28.999999999999996 in a machine's numbers.
sized AS (
    SELECT
        _unit.unit, _unit.slots,
        coalesce(wanted.must_wanted, 0) AS must_wanted,
        coalesce(wanted.locate_wanted, 0) AS locate_wanted,
        coalesce(wanted.rank_wanted, 0) AS rank_wanted,
        coalesce(no_signal.households, 0) AS no_signal_households,
        CAST(floor(round($must_share * _unit.slots, 6)) AS BIGINT) AS must_cap,
        CAST(floor(round($locate_share * _unit.slots, 6)) AS BIGINT) AS locate_cap,
        greatest(
            CAST(floor(round($sample_share * _unit.slots, 6)) AS BIGINT),
            CASE WHEN $sample_share > 0 AND _unit.slots >= 10 THEN 1 ELSE 0 END
        ) AS sample_places
    FROM _unit
    LEFT JOIN wanted ON wanted.unit = _unit.unit
    LEFT JOIN no_signal ON no_signal.unit = _unit.unit
),
with_must AS (
    SELECT
        *,
        slots - sample_places AS places,
        least(must_wanted, must_cap, slots - sample_places) AS must_first
    FROM sized
),
with_locate AS (
    SELECT *, least(locate_wanted, locate_cap, places - must_first) AS locate_first
    FROM with_must
),
with_rank AS (
    SELECT
        *, least(rank_wanted, places - must_first - locate_first) AS rank_listed
    FROM with_locate
),
with_surplus AS (
    SELECT
        *,
        least(
            must_wanted - must_first, places - must_first - locate_first - rank_listed
        ) AS must_surplus
    FROM with_rank
),
with_carried AS (
    SELECT
        *,
        locate_first + least(
            locate_wanted - locate_first,
            places - must_first - locate_first - rank_listed - must_surplus
        ) AS locate_listed
    FROM with_surplus
),
framed AS (
    SELECT
        *,
        least(
            sample_places,
            rank_wanted - rank_listed + locate_wanted - locate_listed
            + no_signal_households
        ) AS sample_listed
    FROM with_carried
)
SELECT
    unit, slots, must_wanted, locate_wanted, rank_wanted,
    -- Places of a sample without anybody to draw go back; only must can still wait then.
    must_first + must_surplus + least(
        must_wanted - must_first - must_surplus, sample_places - sample_listed
    ) AS must_listed,
    locate_listed, rank_listed, sample_listed
FROM framed
