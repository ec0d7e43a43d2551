"""What leaves beside the dongs' lists: the columns of every other sheet, once."""

from typing import Final

from pydantic import BaseModel, ConfigDict

from data_contracts.outputs import REFERRAL_ROW, FilledBy, OutputColumn


class Sheet(BaseModel):
    """One kind of sheet.

    `title_ko`: how its file's name begins. `reader`: who gets it. A sheet with officer
    columns comes back through them, like a list.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title_ko: str
    reader: str
    grain: str
    columns: tuple[OutputColumn, ...]

    @property
    def headers_ko(self) -> tuple[str, ...]:
        return tuple(column.header_ko for column in self.columns)

    @property
    def comes_back(self) -> bool:
        """Whether its reader fills in results."""
        return any(column.filled_by == "officer" for column in self.columns)


_LIST: Final = {column.name: column for column in REFERRAL_ROW}
_RESULT: Final = tuple(c for c in REFERRAL_ROW if c.filled_by == "officer")


def _own(
    name: str, header_ko: str, meaning: str, filled_by: FilledBy = "pipeline"
) -> OutputColumn:
    return OutputColumn(
        name=name,
        header_ko=header_ko,
        filled_by=filled_by,
        meaning=meaning,
        is_personal=filled_by == "vault",
    )


def _listed(*names: str) -> tuple[OutputColumn, ...]:
    """Columns as they stand in the list."""
    return tuple(_LIST[name] for name in names)


_REASONS: Final = ("reason_1", "reason_2", "reason_3")

PLACES: Final = Sheet(
    name="places",
    title_ko="배분현황",
    reader="whoever leads the teams",
    grain="one unit: a hub, or a dong with its own team",
    columns=(
        *_listed("round", "data_kind"),
        _own("unit", "단위", "hub's code, or the dong's"),
        _own("dong_names", "행정동", "the dongs that it serves"),
        _own("teams", "팀수", "teams with staff"),
        _own("fte", "인력", "full-time staff together"),
        _own("slots", "정원", "referrals that its teams can work in the round"),
        _own("must_listed", "필수", "must-visits that have a place"),
        _own("locate_listed", "소재", "people to be located that have a place"),
        _own("rank_listed", "순위", "households that have a place by their rank"),
        _own("campaign_listed", "기획발굴", "of these, who has it by a campaign alone"),
        _own("sample_listed", "표본", "drawn by lot among those below the line"),
        _own("eligible", "대상", "households that may be listed"),
        _own("below_line", "선 아래 대상", "of these, who has no place"),
        _own("must_wanted", "필수 대상", "must-visits, with a place or without"),
        _own("must_to_city", "희망복지지원단 이관", "must-visits beyond the places"),
        _own("locate_wanted", "소재 대상", "people to be located"),
        _own("carried", "다음 회차로", "stay in a queue for the next round"),
    ),
)
CASE_MANAGER: Final = Sheet(
    name="case_manager",
    title_ko="변동알림",
    reader="the manager of an open case, who visits anyway",
    grain="one open case of a household that was seen",
    columns=(
        *_listed("referral_id", "round", "data_kind"),
        _own("case_no", "사례번호", "the case, by the case register"),
        _own("manager", "사례관리자", "who manages it", "vault"),
        *_listed("dong_name", "name", "birth_year"),
        _own("surveyed_on", "마지막 조사일", "last needs survey, else its opening"),
        _own("news_ko", "조사 이후 변동", "what became known since that day"),
        *_listed("seen_ko", "data_date"),
    ),
)
INSTITUTION: Final = Sheet(
    name="institution",
    title_ko="시설",
    reader="who looks after institutions",
    grain="one household of an institution",
    columns=(
        *_listed("referral_id", "round", "data_kind", "dong_name"),
        *_listed("name", "birth_year", "address", "phone"),
        *_listed(*_REASONS, "seen_ko", "data_date"),
        *_listed("first_step_ko", "due_on", "caution_ko"),
        *_RESULT,
    ),
)
PROTECTED_OFFICER: Final = Sheet(
    name="protected_officer",
    title_ko="지정담당자",
    reader="the one officer whom the office's policy names",
    grain="one household whose address is protected; not even its dong is told",
    columns=(
        *_listed("referral_id", "round", "data_kind"),
        _own("named_officer", "지정담당자", "whom the policy names"),
        *_listed("name", "birth_year"),
        *_listed(*_REASONS, "data_date", "first_step_ko", "due_on", "caution_ko"),
        *_RESULT,
    ),
)
CITY_TEAM: Final = Sheet(
    name="city_team",
    title_ko="희망복지지원단",
    reader="the city's case-management unit",
    grain="one must-visit for which its teams have no place",
    columns=REFERRAL_ROW,
)
MEETING: Final = Sheet(
    name="meeting",
    title_ko="솔루션회의",
    reader="the meeting on hard cases; nobody is named in it",
    grain="one referral that a rule brings before the meeting",
    columns=(
        *_listed("referral_id", "round", "data_kind", "dong_name"),
        _own("escalate_ko", "회부 사유", "the rule that brings it there"),
        _own("times_listed", "선정 횟수", "rounds in which it was listed"),
        _own("times_met", "접촉 횟수", "rounds in which somebody was met"),
        _own("last_contact_on", "최근 접촉일", "last day somebody was met"),
        *_listed("seen_ko", "data_date"),
    ),
)
DELTA: Final = Sheet(
    name="delta",
    title_ko="변동목록",
    reader="a dong office, beside its list",
    grain="one referral that is new, worse or resolved since the round before",
    columns=(
        *_listed("referral_id", "round", "data_kind"),
        _own("former_round", "이전 회차", "the round it is compared with"),
        _own("former_referral_id", "이전 의뢰번호", "its id in that round"),
        *_listed("dong_name"),
        _own("change_ko", "변동", "신규, 악화 or 해소"),
        _own("detail_ko", "변동 내용", "what changed"),
        *_listed("seen_ko", "data_date"),
    ),
)
URGENT: Final = Sheet(
    name="urgent",
    title_ko="긴급목록",
    reader="a dong office, the morning after",
    grain="one household with a child, a disabled member or one of 65 and older "
    "whose supply was newly stopped",
    columns=REFERRAL_ROW,
)
REENTRY: Final = Sheet(
    name="reentry",
    title_ko="행복e음_입력",
    reader="who types results into 행복e음",
    grain="one referral with a result, its columns in the order of typing",
    columns=(
        *_listed("round", "referral_id", "name", "birth_year"),
        _own("contacted_on", "접촉일", "day somebody was met or spoken to"),
        _own("method", "접촉방법", "of the contact, else of the last attempt"),
        _own("attempts", "시도횟수", "attempts that were recorded"),
        _own("result_code", "결과코드", "as the officer recorded it"),
        _own("result_ko", "결과", "what the code means"),
        _own("need_confirmed", "필요확인", "Y, N or U"),
        _own("crisis_level", "위기도", "1-5, from the needs survey"),
        _own("service", "서비스", "what was given or applied for"),
        _own("officer_decision", "담당자판단", "동의 or 변경"),
        # Nothing to type: it stands behind what is.
        *_listed("data_kind"),
    ),
)
COUNCIL: Final = Sheet(
    name="council",
    title_ko="council_brief",
    reader="a dong's council (지역사회보장협의체): volunteers, who may know no name",
    grain="one 통 of a dong, and the dong; each household in one column and the total",
    columns=(
        *_listed("round", "data_kind", "dong_name"),
        _own("tong", "통", "the 통 of the register, or the dong's total"),
        _own("energy", "에너지·수도만", "households short of nothing else"),
        _own("insurance", "사회보험만", "likewise"),
        _own("other", "그 밖만", "housing, debts, work, health, a tip: one of them"),
        _own(
            "several", "두 영역 이상", "households short in two parts of life or more"
        ),
        _own("households", "합계(세대)", "all of them; X where a count is withheld"),
    ),
)
PROFILE: Final = Sheet(
    name="profile",
    title_ko="dong_profile",
    reader="who plans for an area (마을복지계획, yearly plans)",
    grain="one kind of sign in one quarter in one dong, and in all of them",
    columns=(
        _own("quarter", "분기", "the quarter in which the sign was seen, YYYYQn"),
        *_listed("data_kind"),
        _own("dong_code", "행정동코드", "the dong of today; empty for all of them"),
        *_listed("dong_name"),
        _own("indicator", "지표", "the kind of sign"),
        _own("households", "세대수", "households with it; X where withheld"),
        _own("before", "전분기", "the same a quarter before"),
        _own("change", "증감", "the difference, where both counts are told"),
        _own("trend", "증감률(%)", "likewise, of the quarter before"),
    ),
)
SUPPORT_TEAM: Final = Sheet(
    name="support_team",
    title_ko="희망복지지원단_회차보고",
    reader="the city's case-management unit, over all dongs",
    grain="one dong that got referrals in the round, and all of them",
    columns=(
        *_listed("round", "data_kind", "dong_name"),
        _own("hub_code", "권역", "the hub that serves it, if one does"),
        _own("fte", "인력", "full-time staff of its team"),
        _own("listed", "선정", "referrals that left"),
        _own("worked", "팀 담당", "referrals that its team works, a hub's included"),
        _own("load", "1인당", "of these per full-time officer"),
        _own("met", "만남", "somebody was met"),
        _own("locate", "소재 확인", "tried, and nobody met"),
        _own("carried", "회신 없음", "nothing came back"),
        _own("routed", "다른 곳", "somebody else than the dong's team had it"),
        _own("contact_rate", "접촉률", "met of its own referrals, 95 % interval"),
        _own("supported", "지원", "result code S; X where withheld"),
        _own("support_rate", "지원율", "likewise of its own, 95 % interval"),
        _own("days_to_contact", "소요일", "median days from listing to contact"),
        _own("overdue", "기한 지남", "first contacts and steps past their day"),
        _own("days_late", "최장 지연일", "days of the longest overdue"),
    ),
)
AGENCY_COUNT: Final = Sheet(
    name="agency_count",
    title_ko="기관별_방문_건수",
    reader="the agencies' meeting (방문형서비스 협력회의); nobody is named in it",
    grain="one agency that visits somebody on the round's lists",
    columns=(
        *_listed("round", "data_kind"),
        _own("agency", "기관", "who visits"),
        _own("households", "의뢰 세대", "on the lists and visited by it; X where few"),
        _own("planned", "방문 예정 세대", "of these with a next visit; X where few"),
        _own("twice", "같은 주 중복 세대", "another agency comes the same week"),
    ),
)
AGENCY: Final = Sheet(
    name="agency",
    title_ko="기관_연락",
    reader="one agency, sealed; only of who agreed that it is told (법 §12⑤)",
    grain="one household on the lists that the agency visits, and that agreed",
    columns=(
        *_listed("round", "data_kind"),
        _own("agency", "기관", "who visits"),
        *_listed("dong_name", "team_name", "name", "birth_year"),
        _own("next_visit_on", "다음방문일", "the agency's own next visit"),
        _own("ask_ko", "부탁", "what the dong's team asks for"),
    ),
)
VISIT_TWICE: Final = Sheet(
    name="visit_twice",
    title_ko="중복_방문",
    reader="the dongs' teams, to agree on one visit; by referral id",
    grain="one household on the lists that several agencies visit in one week",
    columns=(
        *_listed("referral_id", "round", "data_kind", "dong_name"),
        _own("week_of", "주(월요일)", "Monday of the week"),
        _own("visits_ko", "예정된 방문", "agencies with their days"),
    ),
)

SHEETS: Final = {
    sheet.name: sheet
    for sheet in (
        *(PLACES, CASE_MANAGER, INSTITUTION, PROTECTED_OFFICER, CITY_TEAM, MEETING),
        *(DELTA, URGENT, REENTRY, COUNCIL, PROFILE, SUPPORT_TEAM),
        *(AGENCY_COUNT, AGENCY, VISIT_TWICE),
    )
}
CHANGE_KO: Final = {"new": "신규", "worsened": "악화", "resolved": "해소"}
