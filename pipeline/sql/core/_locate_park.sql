-- grain: result_code
-- params: none
-- home: temp
-- why: after which results somebody who lives alone need not be looked for until a day of review: a stay in hospital (L6) or away (L7) is asked after within a month, a home (L8) each quarter, a prison (L9) twice a year. Parked is no closing: on the day of review they are looked for again.
SELECT result_code, CAST(review_days AS INTEGER) AS review_days
FROM (
    VALUES ('L6', 30), ('L7', 30), ('L8', 90), ('L9', 180)
) AS park (result_code, review_days)
