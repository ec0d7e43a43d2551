-- grain: household_id
-- params: as_of, start_24m
-- home: temp
-- why: the kind of home and of address by the register; tenure only where an indicator
--      of rent (R01) or of a weak tenancy (R04) tells of it
WITH renter AS (
    SELECT household_id, count(*) AS told
    FROM core_event
    WHERE source = 'indicator'
      AND split_part(subject, '/', 1) IN ('R01', 'R04')
      AND occurred_on >= $start_24m AND occurred_on < $as_of AND known_on < $as_of
    GROUP BY household_id
)

SELECT
    h.household_id,
    CAST(coalesce(h.home_kind = 'other', false) AS INTEGER) AS is_house_or_small_block,
    CAST(coalesce(h.home_kind, 'unknown') = 'unknown' AS INTEGER)
        AS is_home_kind_unknown,
    CAST(coalesce(h.address_grade = 1, false) AS INTEGER) AS lacks_unit,
    CAST(coalesce(h.address_grade = 0, false) AS INTEGER) AS lacks_house_number,
    CAST(coalesce(h.is_institution, false) AS INTEGER) AS is_institution,
    CAST(coalesce(h.kind = 'address_only', false) AS INTEGER) AS is_address_only,
    coalesce(r.told, 0) AS renter_signs_24m,
    coalesce(d.score, 0) AS address_doubt_points
FROM core_household AS h
LEFT JOIN renter AS r ON r.household_id = h.household_id
LEFT JOIN core_address_doubt AS d
    ON d.household_id = h.household_id AND d.since < $as_of
ORDER BY h.household_id
