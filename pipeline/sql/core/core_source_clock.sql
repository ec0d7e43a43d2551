-- grain: source
-- params: as_of
-- why: how old each source's last news is; after 62 days without a file its states are no longer in force. The register comes every half year and is stale 62 days after the next was due; rosters and events do not age.
SELECT
    source,
    max(ref_date) AS last_ref_date,
    max(known_on) AS last_known_on,
    CAST(count(*) AS INTEGER) AS files,
    CASE
        WHEN source IN (
            'kepco', 'water', 'gas', 'nhis', 'nps', 'kcomwel',
            'benefit', 'case_management', 'visit'
        )
            THEN date_diff('day', max(ref_date), $as_of) > 62
        WHEN source = 'resident'
            THEN date_diff('day', max(ref_date), $as_of) > 184 + 62
        ELSE FALSE
    END AS is_stale
FROM core_visible_file
GROUP BY source
ORDER BY source
