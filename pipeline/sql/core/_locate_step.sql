-- grain: step
-- params: none
-- home: temp
-- why: what to do next for a household that nobody reached, in this order, and within how many days. A known door or a newer address costs one visit; a 통·이장 knows the lane; a registered letter (복지등기) comes back with the carrier's note within about three weeks; a fact-finding check (사실조사) takes a month by its own notice periods. What is done once a fact is found is not repeated; the others come round again.
SELECT place, step, step_ko, CAST(due_days AS INTEGER) AS due_days, is_repeated
FROM (
    VALUES
        (1, 'UNIT', '요금 청구지의 동·호수로 방문', 14, FALSE),
        (2, 'NEWER_ADDRESS', '다른 자료의 최근 주소로 방문', 14, FALSE),
        (3, 'VILLAGE_HEAD', '통·이장에게 거주 여부 문의', 14, TRUE),
        (4, 'POST', '복지등기 우편 발송', 21, TRUE),
        (5, 'FIELD_CHECK', '거주 사실조사 의뢰', 30, TRUE),
        (6, 'LANDLORD', '건물주·관리사무소에 문의', 14, TRUE)
) AS step (place, step, step_ko, due_days, is_repeated)
