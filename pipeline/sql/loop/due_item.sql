-- grain: kind, household_id, subject
-- params: none
-- why: everything that is due some day: first contacts of lists that are out, the next step for those not reached, reviews of the parked, the days of case management (survey within 10 days of intake, selection within 5 of it, plan within 15 more, 30 in all), and notices to those whose phone number a third party gave.
WITH newest AS (
    SELECT *
    FROM core_listing
    QUALIFY row_number() OVER (
        PARTITION BY household_id ORDER BY listed_on DESC, round DESC, subject DESC
    ) = 1
),
term AS (
    SELECT round, slot_kind, max(due_on) AS due_on
    FROM out_referral
    WHERE route = 'team' AND slot_kind IS NOT NULL
    GROUP BY GROUPING SETS ((round, slot_kind), (round))
),
out_now AS (
    -- A later list takes the place of an earlier one that never came back.
    -- Screened again, a round may name a household no more whose list is out: it is
    -- due by then when others of its kind are, else when the round ends.
    SELECT
        n.household_id, n.referral_id,
        coalesce(r.due_on, k.due_on, e.due_on) AS due_on, n.locate_step
    FROM newest AS n
    LEFT JOIN out_referral AS r ON n.referral_id = r.referral_id
    LEFT JOIN term AS k ON n.round = k.round AND n.slot_kind = k.slot_kind
    LEFT JOIN term AS e ON n.round = e.round AND e.slot_kind IS NULL
    WHERE
        n.referral_id IS NOT NULL AND n.disposition = 'carried'
        AND coalesce(r.due_on, k.due_on, e.due_on) IS NOT NULL
),
own AS (
    SELECT household_id, max_by(referral_id, (listed_on, referral_id)) AS referral_id
    FROM core_listing
    WHERE referral_id IS NOT NULL
    GROUP BY household_id
),
case_now AS (
    SELECT * FROM stg_case_management
    WHERE ref_date = (SELECT max(ref_date) FROM stg_case_management)
),
stage AS (
    SELECT
        m.household_id, c.case_no,
        CASE
            WHEN c.stage = 'intake' OR (c.stage = 'survey' AND c.surveyed_on IS NULL)
                THEN 'SURVEY'
            WHEN c.stage = 'survey' THEN 'SELECTION'
            ELSE 'PLAN'
        END AS what,
        CASE what
            WHEN 'SURVEY' THEN c.opened_on + 10
            WHEN 'SELECTION' THEN least(c.surveyed_on + 5, c.opened_on + 30)
            ELSE least(coalesce(c.surveyed_on + 5 + 15, c.opened_on + 30), c.opened_on + 30)
        END AS due_on
    FROM case_now AS c
    INNER JOIN core_person_key AS m ON c.person_key = m.person_key
    WHERE c.stage IN ('intake', 'survey', 'plan') AND c.closed_on IS NULL
),
notice AS (
    SELECT household_id, referral_id, obtained_from, obtained_on, max(due_on) AS due_on
    FROM out_notice
    GROUP BY household_id, referral_id, obtained_from, obtained_on
    HAVING count(told_on) = 0
),
item AS (
    SELECT
        household_id, 'first_contact' AS kind, referral_id AS subject,
        coalesce(locate_step, 'CONTACT') AS what, due_on
    FROM out_now
    UNION ALL
    SELECT q.household_id, 'locate_step', o.referral_id, q.next_step, q.step_due_on
    FROM core_locate AS q
    LEFT JOIN own AS o ON q.household_id = o.household_id
    ANTI JOIN out_now AS n ON q.household_id = n.household_id
    WHERE q.step_due_on IS NOT NULL
    UNION ALL
    SELECT q.household_id, 'review', o.referral_id, 'PARKED', q.review_on
    FROM core_locate AS q
    LEFT JOIN own AS o ON q.household_id = o.household_id
    WHERE q.review_on IS NOT NULL
    UNION ALL
    SELECT household_id, 'case_stage', case_no, what, due_on FROM stage
    UNION ALL
    SELECT household_id, 'notice', referral_id, 'PHONE_NOTICE', due_on FROM notice
)
SELECT
    i.due_on, i.kind, i.what, i.subject, i.household_id,
    h.current_dong_code AS dong_code, d.dong_name
FROM item AS i
-- Whose processing was stopped is visited by nobody; a notice is owed to them still.
ANTI JOIN core_processing_stop AS s ON i.household_id = s.household_id AND i.kind <> 'notice'
-- Where a protected household lives is told to nobody; its own officer finds it by number.
LEFT JOIN core_household AS h
    ON i.household_id = h.household_id AND h.is_protected IS NOT TRUE
LEFT JOIN core_dong AS d ON h.current_dong_code = d.dong_code
ORDER BY i.due_on, i.kind, i.subject, i.household_id
