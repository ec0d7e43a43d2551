-- grain: sign
-- params: none
-- home: temp
-- why: what each sign that a household lives elsewhere is worth, in points; from `doubt_from` on an address is in doubt. An officer who found that they moved is enough alone, an empty home or another name at the door is not.
SELECT sign, CAST(points AS INTEGER) AS points, 3 AS doubt_from
FROM (
    VALUES
        ('RESIDENCE_UNKNOWN', 3),
        ('MOVED', 3),
        ('ACCOUNT_ELSEWHERE', 3),
        ('INSURER_ELSEWHERE', 3),
        ('EMPTY_HOME', 2),
        ('OTHER_AT_DOOR', 1),
        ('NOT_REACHED', 1),
        ('ADDRESS_LACKS_UNIT', 1)
) AS rule (sign, points)
