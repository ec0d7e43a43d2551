-- grain: file_id
-- params: as_of
-- why: the one door of time: what a screening as of a day may use at all. Of one source and reference date only the last word counts (known_on, version, file); the ministry's registers are unions, so there every file of the highest version counts; returned lists carry no date of their own, so every one of them does.
WITH known AS (
    SELECT file_id, source, form, ref_date, version, known_on, sha256
    FROM core_file
    WHERE known_on < $as_of
),
ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY source, ref_date
            ORDER BY known_on DESC, version DESC, file_id DESC
        ) AS place,
        max(version) OVER (PARTITION BY source, ref_date) AS top_version
    FROM known
)
SELECT file_id, source, form, ref_date, version, known_on, sha256
FROM ranked
WHERE
    place = 1
    OR source = 'result'
    OR (source IN ('kikcd_h', 'kikmix') AND version = top_version)
ORDER BY source, ref_date, file_id
