"""A page of A4 per case for a meeting; nothing in it is fetched or executed."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

_STYLE: Final = """
@page { size: A4 portrait; margin: 15mm; }
* { box-sizing: border-box; }
body { font-family: "Malgun Gothic", "맑은 고딕", "Noto Sans CJK KR", sans-serif;
  font-size: 11pt; line-height: 1.5; color: #111; margin: 0; word-break: keep-all; }
article { max-width: 180mm; margin: 0 auto; break-after: page; }
article:last-child { break-after: auto; }
header { display: flex; justify-content: space-between; align-items: baseline;
  border-bottom: 2px solid #111; padding-bottom: 2mm; }
h1 { font-size: 17pt; margin: 0; letter-spacing: .02em; }
h2 { font-size: 11pt; margin: 4mm 0 1mm; padding: .5mm 2mm; background: #e4eaf1; }
p, ul { margin: 0; } ul { padding-left: 5mm; }
.mark { border: 1px solid #b00; color: #b00; padding: 0 2mm; font-weight: bold; }
dl { display: grid; grid-template-columns: 30mm 1fr; gap: .5mm 2mm; margin: 3mm 0 0; }
dt { color: #555; } dd { margin: 0; }
.why { font-weight: bold; }
table { width: 100%; border-collapse: collapse; margin-top: 1mm; font-size: 10pt; }
th, td { border: 1px solid #999; padding: .8mm 2mm; text-align: left; }
th { background: #f6f6f6; font-weight: normal; }
.notes td { height: 14mm; } .notes th { width: 30mm; }
footer { margin-top: 3mm; font-size: 8.5pt; color: #555; }
.dense { font-size: 9pt; line-height: 1.3; }
.dense h2 { font-size: 9.5pt; margin-top: 2.5mm; }
.dense .notes td { height: 10mm; }
@media screen { article { padding: 10mm 0; border-bottom: 1px dashed #999; } }
"""
_NOTES: Final = "".join(
    f"<tr><th>{what}</th><td></td></tr>"
    for what in ("논의", "결정한 지원", "맡은 기관·기한")
)
# Beyond so many lines a page is set smaller.
_MOST_LINES: Final = 15
# More rounds than a page has room for are told by the number of the earlier ones.
_MOST_ROUNDS: Final = 8


@dataclass(frozen=True)
class Case:
    """What a meeting is told of a case; no name, place, day of birth or number."""

    pseudonym: str
    dong: str
    age: str
    kind: str
    why: str
    signs: tuple[str, ...]
    reasons: tuple[str, ...]
    history: tuple[tuple[str, str, str, str], ...]
    listed: int
    met: int
    next_step: str | None


def render_case_sheets(
    cases: Sequence[Case], *, meeting: str, as_of: dt.date, mark: str
) -> bytes:
    """The pages as one HTML file that any browser prints."""
    title = f"솔루션회의 사례지 {meeting}"
    pages = "\n".join(_page(case, meeting, as_of, mark) for case in cases)
    return (
        '<!DOCTYPE html>\n<html lang="ko">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"{pages}\n</body>\n</html>\n"
    ).encode()


def _page(case: Case, meeting: str, as_of: dt.date, mark: str) -> str:
    badge = f'<span class="mark">{escape(mark)}</span>' if mark else ""
    step = [f"다음 확인 단계: {case.next_step}"] if case.next_step else []
    return "\n".join(
        (
            f"<article{_density(case)}>",
            f"<header><h1>{escape(case.pseudonym)}</h1>"
            f"<span>{escape(meeting)} 회의 · {as_of} 기준</span>{badge}</header>",
            f"<dl><dt>사는 곳</dt><dd>{escape(case.dong)}</dd>"
            f"<dt>가구주 연령대</dt><dd>{escape(case.age)}</dd>"
            f"<dt>가구 유형</dt><dd>{escape(case.kind)}</dd></dl>",
            f'<h2>회부 사유</h2><p class="why">{escape(case.why)}</p>',
            f"<h2>확인된 신호</h2>{_listed(case.signs)}",
            f"<h2>목록에 오른 이유</h2>{_listed(case.reasons)}",
            f"<h2>지금까지: {case.listed}회 선정, {case.met}회 만남</h2>",
            _history(case),
            _listed(step),
            f'<h2>회의 기록</h2><table class="notes">{_NOTES}</table>',
            "<footer>가명은 이 회의에서만 쓰며 다른 회의의 가명과 이어지지 않습니다. "
            "사는 곳·연령대·유형은 시 안에 같은 가구가 5세대 이상일 때만 적습니다. "
            "누구인지 짐작하거나 적지 마시고, 회의가 끝나면 파쇄합니다.</footer>",
            "</article>",
        )
    )


def _density(case: Case) -> str:
    lines = len(case.signs) + len(case.reasons) + min(len(case.history), _MOST_ROUNDS)
    return ' class="dense"' if lines > _MOST_LINES else ""


def _history(case: Case) -> str:
    if not case.history:
        return "<p>이전 선정 없음</p>"
    told = case.history[-_MOST_ROUNDS:]
    earlier = len(case.history) - len(told)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line) + "</tr>"
        for line in told
    )
    head = "".join(f"<th>{name}</th>" for name in ("회차", "의뢰", "시도", "결과"))
    more = f"<p>그 전 {earlier}회</p>" if earlier else ""
    return f"<table><tr>{head}</tr>{rows}</table>{more}"


def _listed(texts: Sequence[str]) -> str:
    if not any(texts):
        return ""
    return "<ul>" + "".join(f"<li>{escape(t)}</li>" for t in texts if t) + "</ul>"
