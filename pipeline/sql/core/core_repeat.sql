-- grain: household_id
-- params: none
-- why: the ledger over all rounds: how often a household was listed and how often met. Several persons of one household listed in one round are one listing, and met when one of them was. `unmet_since_contact`: rounds since the last contact in which a team should have met them and did not; `carried_in_row`: the last rounds in a row of which nothing came back.
WITH round AS (
    SELECT
        household_id, round, min(listed_on) AS listed_on,
        max(coalesce(last_attempt_on, listed_on)) AS on_date,
        max(attempts) AS attempts, max(last_attempt_on) AS last_attempt_on,
        max(contacted_on) AS contacted_on,
        max_by(coalesce(result_code, ''), (coalesce(result_on, listed_on), subject))
            FILTER (result_code IS NOT NULL) AS result_code,
        CASE
            WHEN bool_or(disposition = 'met') THEN 'met'
            WHEN bool_or(disposition = 'locate') THEN 'locate'
            WHEN bool_or(disposition = 'carried') THEN 'carried'
            ELSE 'routed'
        END AS disposition
    FROM core_listing
    WHERE NOT is_open
    GROUP BY household_id, round
),
placed AS (
    SELECT
        *,
        max(contacted_on) OVER (PARTITION BY household_id) AS last_contact_on,
        -- From the newest back: how many rounds until then were none of carried.
        sum(CAST(disposition <> 'carried' AS INTEGER)) OVER (
            PARTITION BY household_id ORDER BY listed_on DESC, round DESC
            ROWS UNBOUNDED PRECEDING
        ) AS worked_since
    FROM round
)
SELECT
    household_id,
    CAST(count(*) AS INTEGER) AS times_listed,
    CAST(count(*) FILTER (disposition = 'met') AS INTEGER) AS times_met,
    CAST(
        count(*) FILTER (
            disposition IN ('locate', 'carried')
            AND (last_contact_on IS NULL OR on_date > last_contact_on)
        ) AS INTEGER
    ) AS unmet_since_contact,
    min(listed_on) AS first_listed_on, max(listed_on) AS last_listed_on,
    max(last_contact_on) AS last_contact_on, max(last_attempt_on) AS last_attempt_on,
    max_by(result_code, (listed_on, round)) FILTER (result_code IS NOT NULL)
        AS last_result_code,
    CAST(count(*) FILTER (worked_since = 0) AS INTEGER) AS carried_in_row,
    CAST(sum(attempts) AS INTEGER) AS attempts
FROM placed
GROUP BY household_id
ORDER BY household_id
