-- grain: household_id
-- params: none
-- why: households that probably do not live where they are registered, by the points of the signs that say so. `newer_*` is the vault row where another address of theirs stands, never the address itself; of a protected household none is named.
SELECT
    s.household_id, list(s.sign ORDER BY s.sign) AS signs,
    CAST(sum(r.points) AS INTEGER) AS score,
    CASE WHEN NOT h.is_protected THEN first(
        s.source ORDER BY s.source IS NULL, s.since DESC, s.sign
    ) END AS newer_address_source,
    CASE WHEN NOT h.is_protected THEN first(
        s.file_id ORDER BY s.source IS NULL, s.since DESC, s.sign
    ) END AS newer_file_id,
    CASE WHEN NOT h.is_protected THEN first(
        s.row_no ORDER BY s.source IS NULL, s.since DESC, s.sign
    ) END AS newer_row_no,
    min(s.since) AS since
FROM _address_sign AS s
INNER JOIN _address_sign_rule AS r ON s.sign = r.sign
INNER JOIN core_household AS h ON s.household_id = h.household_id
GROUP BY s.household_id, h.is_protected
HAVING sum(r.points) >= max(r.doubt_from)
ORDER BY s.household_id
