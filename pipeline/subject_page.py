"""The answer to a person as one page of HTML: A4, no script, nothing loaded."""

import datetime as dt
from collections.abc import Sequence
from html import escape

from pipeline.report_parts import section, table
from pipeline.report_style import CSS
from pipeline.settings import Office
from pipeline.subject_section import Section

MEMBER_NAME = "개인정보_열람.html"
# What was received has eight columns, of which the seventh is a sentence.
_MORE_CSS = """
td { overflow-wrap: anywhere; }
.wide td { font-size: 12px; } .wide td:first-child { white-space: normal; }
.wide td:nth-child(1), .wide td:nth-child(2), .wide td:nth-child(3) { min-width: 6em; }
.wide td:nth-child(4) { min-width: 8em; font-size: 11px; }
.wide td:nth-child(5), .wide td:nth-child(6), .wide td:nth-child(8) {
  white-space: nowrap; }
.wide td:nth-child(7) { width: 45%; }
"""
_MANY_COLUMNS = 8


def render_answer(office: Office, sections: Sequence[Section], day: dt.date) -> str:
    """The page; a made-up office says so on it."""
    name = escape(office.config.office.name)
    banner = (
        '<div class="banner">합성 자료: 실제 사람의 정보가 아닙니다</div>'
        if office.config.office.synthetic
        else ""
    )
    body = "".join(_part(one) for one in sections)
    return (
        '<!DOCTYPE html><html lang="ko"><head><meta charset="utf-8">'
        f"<title>개인정보 열람 결과</title><style>{CSS}{_MORE_CSS}</style></head>"
        f"<body>{banner}"
        f"<main><header><h1>개인정보 열람 결과</h1><p>{name} · {day} · 개인정보 보호법 "
        "제35조</p></header>"
        f"{body}<footer>틀린 내용이 있으면 정정이나 삭제(제36조), 처리정지(제37조)를 "
        "요구할 수 있습니다. 번호(예: kepco:12:345)를 알려 주십시오.</footer></main>"
        "</body></html>\n"
    )


def _part(one: Section) -> str:
    if not one.rows:
        return section(escape(one.title), "없음", "")
    rows = [[escape(cell) for cell in row] for row in one.rows]
    head = [escape(name) for name in one.columns]
    kind = "long wide" if len(head) >= _MANY_COLUMNS else "long"
    return section(escape(one.title), escape(one.note), table(head, rows, ()), kind)
