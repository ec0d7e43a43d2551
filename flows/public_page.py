"""The public criteria page (개인정보 보호법 §37의2): a sheet for the home page."""

from collections.abc import Iterable
from html import escape
from typing import Any, Final

from data_contracts.outputs import ELIGIBILITY_KO
from flows.public_facts import Criteria
from flows.public_words import (
    ANSWER_DAYS_KO,
    RIGHTS_KO,
    STRENGTHS_KO,
    WHAT_KO,
    WHY_WORDS_KO,
)
from models.fairness import CANNOT_SEE
from pipeline.report_parts import section, table
from pipeline.report_style import CSS

# Fewer could be recognised, and say nothing.
FEWEST_TOLD: Final = 5
_FIRST: Final = frozenset({"must", "same_day"})
_MORE_CSS: Final = """
main { font-size: 15px; }
td { overflow-wrap: anywhere; }
td:first-child { white-space: normal; min-width: 8em; font-weight: 600; }
ul { margin: 6px 0 0; padding-left: 20px; } li { margin: 3px 0; }
.contact { padding: 12px 16px; background: #f3f6f9; border-radius: 6px; }
.s0 { color: #8a2b06; font-weight: 600; } .s1 { font-weight: 600; }
"""


def render_criteria(told: Criteria) -> str:
    """The page as HTML: no script, nothing loaded; same criteria, same bytes."""
    office = told.office.config.office
    banner = (
        '<div class="banner">합성 자료로 만든 시연용 페이지입니다</div>'
        if office.synthetic
        else ""
    )
    parts = (
        section("이 목록은 무엇인가", "", _list(WHAT_KO)),
        section("무엇이 순서를 앞당기나", WHY_WORDS_KO, _facts(told), "long"),
        section("먼저 찾아가는 경우", _FIRST_NOTE, _rules(told), "long"),
        section("쓰지 않는 것", "", _never(told)),
        section("누가 목록에 오르지 않나", _NOT_LISTED_NOTE, _not_listed()),
        section("어떤 정보를 어디에서 받나", _GROUND_NOTE, _grounds(told), "long"),
        section("얼마나 보관하나", "", _kept(told)),
        section("얼마나 맞나", _CARD_NOTE, _quality(told)),
        section("나의 권리", escape(ANSWER_DAYS_KO), _rights(told)),
    )
    return (
        '<!DOCTYPE html><html lang="ko"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(office.name)} 위기가구 발굴 처리 기준</title>"
        f"<style>{CSS}{_MORE_CSS}</style></head><body>{banner}<main><header>"
        "<h1>위기가구 발굴, 이렇게 합니다</h1>"
        f"<p>{escape(office.name)} · {told.day} 기준 · 사회보장급여법 제9조의2·제12조, "
        f"개인정보 보호법 제37조의2에 따라 공개</p></header>{''.join(parts)}"
        f"<footer>순서를 정하는 방식: {escape(told.model_name)}. 이 페이지는 실제 "
        "설정에서 자동으로 만들어집니다.</footer></main></body></html>\n"
    )


_FIRST_NOTE: Final = "아래에 해당하면 점수와 관계없이 먼저 연락합니다."
_NOT_LISTED_NOTE: Final = "만나지 못했다는 것은 빠지는 까닭이 되지 않습니다."
_GROUND_NOTE: Final = (
    "주민등록번호는 받는 즉시 알아볼 수 없는 값으로 바꾸고 저장하지 않습니다. 이름과 "
    "주소는 따로 암호화해 둡니다."
)
_CARD_NOTE: Final = "괄호 안은 95% 신뢰구간입니다. 좁을수록 확실한 값입니다."


def _list(items: Iterable[str]) -> str:
    """Items that are HTML already."""
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


def _facts(told: Criteria) -> str:
    rows = [
        [
            escape(fact.name_ko),
            f'<span class="s{STRENGTHS_KO.index(fact.strength_ko)}">'
            f"{fact.strength_ko}</span>",
            "앞당기거나 늦춥니다" if fact.may_lower else "앞당기기만 합니다",
        ]
        for fact in told.facts
    ]
    return table(("사실", "얼마나", "어느 쪽으로"), rows, ())


def _rules(told: Criteria) -> str:
    rows = [
        [escape(rule.label_ko), escape(rule.why_ko)]
        for rule in told.rules
        if rule.kind in _FIRST
    ]
    return table(("경우", "까닭"), rows, ())


def _never(told: Criteria) -> str:
    return _list(
        (
            f"점수에 쓰지 않습니다: <b>{escape(' · '.join(told.not_weighed))}</b>",
            f"아예 받지 않습니다: <b>{escape(' · '.join(told.not_received))}</b>",
            "연락이 닿지 않은 일로 순서를 늦추지 않습니다.",
        )
    )


def _not_listed() -> str:
    return _list(
        escape(text) for code, text in ELIGIBILITY_KO.items() if code != "ELIGIBLE"
    )


def _grounds(told: Criteria) -> str:
    rows = [
        [
            escape(one.title_ko),
            escape(one.holder),
            escape(one.entry.legal_basis),
            escape(one.fields_ko),
        ]
        for one in told.grounds
    ]
    return table(("자료", "보내는 기관", "근거", "항목"), rows, ())


def _kept(told: Criteria) -> str:
    kept = told.office.config.retention
    rows = [
        ["받은 원본 파일", f"적재한 뒤 {kept.inbox_days}일"],
        ["정리한 자료", _long(kept.records_months)],
        ["목록과 결과", _long(kept.lists_months)],
        ["누가 보았는지의 기록", _long(kept.access_months)],
    ]
    return table(("무엇", "보관 기간"), rows, ()) + _list(
        ("기간이 지나면 되살릴 수 없게 지우고 파기확인서를 남깁니다.",)
    )


def _long(months: int) -> str:
    return f"{months // 12}년" if months % 12 == 0 else f"{months}개월"


def _quality(told: Criteria) -> str:
    items = [
        f"{escape(one['round'])}: 만나 보고 결과가 확인된 {one['need_known']:,}가구 "
        f"가운데 도움이 필요했던 가구 {_share(one, 'precision')}"
        for one in told.own
        if one["need_known"] >= FEWEST_TOLD and one["needs"] >= FEWEST_TOLD
    ]
    if not items:
        items.append("이 방식으로 만든 목록의 결과는 아직 모이지 않았습니다.")
    card = told.card
    if card.get("in_need", 0) >= FEWEST_TOLD and card.get("precision_at_capacity"):
        items.append(
            f"배우지 않은 이전 회차({escape(card['test_round'])})의 결과 "
            f"{card['households']:,}가구로 미리 재어 보면, 순서가 앞선 "
            f"{card['at_capacity']['places']:,}가구 가운데 도움이 필요한 가구는 "
            f"{_interval(card['precision_at_capacity'])}였습니다."
        )
    if card.get("in_need", 0) >= FEWEST_TOLD and card.get("roc_auc"):
        auc = card["roc_auc"]
        items.append(
            "도움이 필요한 가구와 그렇지 않은 가구를 하나씩 골랐을 때 앞의 가구가 "
            f"더 앞 순서인 경우는 {_interval(auc)}입니다. (50%면 제비뽑기와 같습니다)"
        )
    return (
        _list(items) + "<p>이 방식이 볼 수 없는 것</p>" + _list(map(escape, CANNOT_SEE))
    )


def _share(one: dict[str, Any], name: str) -> str:
    names = {"value": name, "low": f"{name}_low", "high": f"{name}_high"}
    return _interval({key: one[column] for key, column in names.items()})


def _interval(of: dict[str, float]) -> str:
    return f"<b>{of['value']:.0%}</b> ({of['low']:.0%}~{of['high']:.0%})"


def _rights(told: Criteria) -> str:
    office = told.office.config.office
    words = (office.contact, office.contact_phone, office.contact_place)
    contact = " · ".join(escape(word) for word in words if word)
    rows = [[escape(name), escape(text)] for name, text in RIGHTS_KO]
    return table(("권리", "내용"), rows, ()) + (
        f'<p class="contact"><b>문의와 청구</b> {contact}</p>'
    )
