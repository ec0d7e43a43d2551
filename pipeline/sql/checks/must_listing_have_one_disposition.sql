-- grain: round, source
-- params: as_of
-- home: temp
-- why: listed = met + locate + carried + routed in every round: who left on a list and is in none of these would be forgotten
WITH listed AS (
    SELECT round, 'result' AS source, count(DISTINCT referral_id) AS listed
    FROM out_issued
    WHERE as_of < $as_of
    GROUP BY round
    UNION ALL
    SELECT h.round, 'history', count(*)
    FROM stg_history AS h
    INNER JOIN core_person_key AS m ON h.person_key = m.person_key
    WHERE h.selected_on IS NOT NULL
    GROUP BY h.round
),
told AS (
    SELECT
        round, source,
        count(*) FILTER (disposition = 'met') + count(*) FILTER (disposition = 'locate')
        + count(*) FILTER (disposition = 'carried')
        + count(*) FILTER (disposition = 'routed') AS told
    FROM core_listing
    GROUP BY round, source
)
SELECT round, source, listed.listed, told.told
FROM listed
FULL JOIN told USING (round, source)
WHERE listed.listed IS DISTINCT FROM told.told
