-- grain: event_type
-- params: none
-- home: temp
-- why: to which part of life a sign belongs, for a household short in several at once goes to a case meeting; how a cut-off is called. What is not named here (a tip, an unsorted notice) is a sign of no part.
SELECT event_type, domain, CAST(domain_bit AS INTEGER) AS domain_bit, domain_ko, stop_ko
FROM (
    VALUES
        ('kepco_arrears', 1, 1, '에너지·수도', NULL),
        ('gas_arrears', 1, 1, '에너지·수도', NULL),
        ('water_arrears', 1, 1, '에너지·수도', NULL),
        ('kepco_stop', 1, 1, '에너지·수도', '단전·전류제한'),
        ('gas_stop', 1, 1, '에너지·수도', '도시가스 공급중지'),
        ('water_stop', 1, 1, '에너지·수도', '단수'),
        ('nhis_arrears', 2, 2, '사회보험', NULL),
        ('nps_arrears', 2, 2, '사회보험', NULL),
        ('kcomwel_arrears', 2, 2, '사회보험', NULL),
        ('indicator_housing_arrears', 3, 4, '주거', NULL),
        ('indicator_finance_arrears', 4, 8, '금융·통신', NULL),
        ('indicator_telecom_arrears', 4, 8, '금융·통신', NULL),
        ('kcomwel_closed', 5, 16, '일자리', NULL),
        ('indicator_work', 5, 16, '일자리', NULL),
        ('indicator_health', 6, 32, '건강·안전', NULL),
        ('indicator_crisis', 6, 32, '건강·안전', NULL),
        ('benefit_dropped', 7, 64, '급여 탈락', NULL),
        ('indicator_welfare_dropped', 7, 64, '급여 탈락', NULL)
) AS kind (event_type, domain, domain_bit, domain_ko, stop_ko)
