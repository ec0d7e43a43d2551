"""Korean words of the public criteria page: short sentences, no jargon."""

from typing import Final

# Parts of the catalogue as a citizen would call them: family and source of a feature.
FACTS_KO: Final = {
    ("arrears", "kepco"): "전기요금을 내지 못한 달수",
    ("arrears", "water"): "수도요금을 내지 못한 달수",
    ("arrears", "gas"): "도시가스요금을 내지 못한 달수",
    ("arrears", "nhis"): "건강보험료를 내지 못한 달수",
    ("arrears", "nps"): "국민연금 보험료를 내지 못했거나 납부예외인 달수",
    ("arrears", "kcomwel"): "사업장의 고용·산재보험료를 내지 못한 달수, 휴·폐업",
    ("stops", "kepco"): "전기가 끊기거나 제한된 일",
    ("stops", "water"): "수도가 끊긴 일",
    ("stops", "gas"): "도시가스가 끊긴 일",
    ("stops", None): "여러 공급이 함께 끊긴 일",
    (
        "indicators",
        "indicator",
    ): "다른 기관이 알린 위기정보(월세·관리비, 대출, 통신요금, 실직, 질병, 사고 등)",
    ("breadth", None): "여러 요금과 보험료가 한꺼번에 밀린 일",
    ("season", None): "겨울과 여름에 요금이 밀린 일",
    ("burden", None): "가구원 수와 보험료 수준에 견준 밀린 금액",
    ("welfare", None): "복지급여 중지·탈락, 제보, 상담에서 조사된 위기도",
    ("household", None): "가구원 수와 나이, 거주불명 등록",
    ("housing", None): "사는 집의 종류와 이사",
    ("neighbourhood", None): "사는 동네에서 예전에 확인된 어려움의 비율",
    ("coverage", None): "자료로 볼 수 있는 요금의 종류",
    ("listing", None): "목록에 올랐으나 만나지 못한 횟수",
    ("trend", None): "밀린 달수가 늘거나 준 일",
}
STRENGTHS_KO: Final = ("크게", "보통", "조금")
WHAT_KO: Final = (
    "이 목록은 복지 공무원이 <b>먼저 연락할 순서</b>입니다. 급여를 받을 자격을 "
    "정하지 않습니다. 목록에 있다고 해서 급여를 받거나 잃지 않습니다.",
    "프로그램은 순서를 제안할 뿐입니다. 목록은 담당 공무원이 확인하고 이름을 남겨야 "
    "나갑니다. 찾아갈지, 무엇을 도울지는 만나 본 공무원이 판단하고, 제안과 다르게 "
    "판단하면 까닭을 적습니다.",
    "목록에 없는 분도 언제든지 행정복지센터에 도움을 청할 수 있습니다.",
)
WHY_WORDS_KO: Final = (
    "점수의 숫자는 싣지 않습니다. 순서를 이해하는 데는 무엇이 얼마나 무겁게 쓰이는지로 "
    "충분하고, 모형을 새로 맞추면 숫자만 바뀌기 때문입니다. 본인의 점수와 사유는 "
    "열람을 청구하면 모두 알려 드립니다."
)
# Held, and weighed by no model: told while no weighed feature's name has the word.
NOT_WEIGHED_KO: Final = {
    "성별": "sex",
    "국적, 외국인 여부": "foreign",
    "장애": "disability",
    "이름": "name",
}
# A rule may still look at what no model weighs: then the page says so.
RULES_ASK_KO: Final = {
    "장애": ("CUT_DISABLED", "공급이 끊긴 집에 장애인이 살면 먼저 찾아가는 규칙에만"),
    "국적, 외국인 여부": ("FOREIGNER", "지원 기준을 안내할 때만. 순서와는 무관"),
}
# Received from nobody: told while no field of an extract has the word.
NOT_RECEIVED_KO: Final = {
    "종교": "religion",
    "정치적 견해": "politic",
    "전과": "criminal",
    "누리소통망 글": "social_media",
    "위치 기록": "gps",
    "진료 내용": "diagnosis",
    "카드 사용 내역": "card_use",
}
RIGHTS_KO: Final = (
    ("설명을 들을 권리", "왜 목록에 올랐는지, 어떤 정보가 쓰였는지 쉬운 말로 설명해 "
     "드립니다. (개인정보 보호법 제37조의2, 제35조)"),
    ("열람할 권리", "우리 시가 가진 본인의 정보와 누가 보았는지를 모두 알려 드립니다. "
     "같이 사는 분의 정보는 그분만 볼 수 있습니다. (제35조)"),
    ("고칠 권리", "틀린 정보는 확인될 때까지 순서에서 빼고, 보낸 기관에 고쳐 달라고 "
     "요청합니다. (제36조, 사회보장급여법 제26조)"),
    ("멈추게 할 권리", "본인의 정보로 목록을 만드는 것을 멈추라고 요구할 수 있습니다. "
     "법령상 의무를 지키는 데 꼭 필요하면 까닭을 알리고 거절할 수 있습니다. (제37조)"),
    ("거부할 권리", "방문과 상담은 거절할 수 있습니다. 거절해도 급여 자격은 달라지지 "
     "않습니다."),
)  # fmt: skip
ANSWER_DAYS_KO: Final = "요구를 받은 날부터 10일 안에 답합니다."
