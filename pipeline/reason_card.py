"""A page of paper per household: why it is on the list, and room for the result."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final
from unicodedata import east_asian_width

Card = Mapping[str, str]

_STYLE: Final = """
@page { size: A4 portrait; margin: 15mm; }
* { box-sizing: border-box; }
body { font-family: "Malgun Gothic", "맑은 고딕", "Noto Sans CJK KR", sans-serif;
  font-size: 11pt; line-height: 1.45; color: #111; margin: 0; }
article { max-width: 180mm; margin: 0 auto; page-break-after: always;
  break-after: page; break-inside: avoid; }
article:last-child { page-break-after: auto; break-after: auto; }
header { display: flex; justify-content: space-between; align-items: baseline;
  border-bottom: 2px solid #111; padding-bottom: 2mm; }
h1 { font-size: 15pt; margin: 0; }
h2 { font-size: 11pt; margin: 4mm 0 1mm; padding: .5mm 2mm; background: #e4eaf1; }
p, ul { margin: 0; } ul { padding-left: 5mm; }
.mark { border: 1px solid #b00; color: #b00; padding: 0 2mm; font-weight: bold; }
.who { display: grid; grid-template-columns: 24mm 1fr 24mm 1fr; gap: .5mm 2mm;
  margin-top: 3mm; }
.who dt { color: #555; } .who dd { margin: 0; } .who .wide { grid-column: 2 / 5; }
.due { font-weight: bold; }
table { width: 100%; border-collapse: collapse; margin-top: 1mm; }
th, td { border: 1px solid #777; padding: 1mm 2mm; text-align: left; height: 8.5mm; }
th { width: 24mm; font-weight: normal; background: #f6f6f6; }
footer { margin-top: 3mm; font-size: 8.5pt; color: #555; }
/* Who has much on them keeps to one page too. */
.dense { font-size: 9pt; line-height: 1.25; }
.dense h2 { font-size: 9pt; margin: 2mm 0 .5mm; }
.dense ul { column-count: 2; column-gap: 6mm; padding-left: 4mm; }
.dense li { break-inside: avoid; }
.dense th, .dense td { height: 7mm; padding: .5mm 2mm; }
.dense footer { font-size: 7.5pt; margin-top: 2mm; }
@media screen { article { padding: 10mm 0; border-bottom: 1px dashed #999; } }
"""
_RESULT: Final = """<h2>결과(여기에 적고 목록에 옮겨 주세요)</h2>
<table>
<tr><th>1차 시도</th><td>날짜:</td><td>전화 · 방문 · 우편 · 내방</td></tr>
<tr><th>2차 시도</th><td>날짜:</td><td>전화 · 방문 · 우편 · 내방</td></tr>
<tr><th>3차 시도</th><td>날짜:</td><td>전화 · 방문 · 우편 · 내방</td></tr>
<tr><th>접촉일</th><td></td><td>결과코드:</td></tr>
<tr><th>필요확인</th><td>Y · N · U</td><td>위기도: 1 · 2 · 3 · 4 · 5</td></tr>
<tr><th>서비스</th><td colspan="2"></td></tr>
<tr><th>담당자판단</th><td>동의 · 변경</td><td>담당:</td></tr>
<tr><th>현장표시</th><td colspan="2">2인방문 · 저장강박의심 ·
통역필요 · 동물주의</td></tr>
<tr><th>메모</th><td colspan="2" style="height: 12mm"></td></tr>
</table>"""

# What a page has room for at its usual size: lines, each of so many half widths.
_LINE: Final = 84
_MOST_LINES: Final = 14
_GROWING: Final = (
    "주소", "사유1", "사유2", "사유3", "확인된 사실", "첫 조치", "유의사항", "제안",
)  # fmt: skip


def render_cards(cards: Sequence[Card], title: str) -> bytes:
    """One page of A4 per household, as HTML that any browser prints.

    `cards`: the cells of the list by their headers; nothing else can get onto paper.
    """
    pages = "\n".join(_page(card) for card in cards)
    nobody = (
        "" if cards else "<article><p>이번 회차에 의뢰할 가구가 없습니다.</p></article>"
    )
    return (
        '<!DOCTYPE html>\n<html lang="ko">\n<head>\n<meta charset="utf-8">\n'
        # A page with names must not be able to fetch or send anything.
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"{pages}{nobody}\n</body>\n</html>\n"
    ).encode()


def _page(card: Card) -> str:
    told = {header: _shown(cell) for header, cell in card.items()}
    mark = '<span class="mark">합성</span>' if told["자료구분"] == "합성" else ""
    reasons = [told[f"사유{place}"] for place in (1, 2, 3) if told[f"사유{place}"]]
    step = f"{told['첫 조치']}"
    due = f'<p class="due">기한: {told["기한"]}</p>' if told["기한"] else ""
    return "\n".join(
        (
            f"<article{_density(told)}>",
            f"<header><h1>{told['방문순서']}. {told['의뢰구분']}</h1>"
            f"<span>{told['의뢰번호']}</span>{mark}</header>",
            '<dl class="who">',
            f"<dt>성명</dt><dd>{told['성명']}</dd>",
            f"<dt>출생연도</dt><dd>{told['출생연도']}</dd>",
            f'<dt>주소</dt><dd class="wide">{told["주소"]}</dd>',
            f"<dt>연락처</dt><dd>{told['연락처'] or '없음'}</dd>",
            f"<dt>행정동·팀</dt><dd>{told['행정동']} · {told['팀']}</dd>",
            "</dl>",
            "<h2>왜 목록에 있는가</h2>",
            _listed(reasons),
            f"<h2>확인된 사실({told['자료기준일']})</h2>",
            _listed(told["확인된 사실"].split(" · ")),
            "<h2>첫 조치</h2>",
            f"<p>{step}</p>{due}",
            *_maybe("유의사항", told),
            *_maybe("제안", told),
            _RESULT,
            f"<footer>{told['회차']} · 연락할 순서이며 지원 여부를 정하지 "
            "않습니다. 만나지 못한 것(L)은 종결이 아닙니다. 쓴 뒤에는 파쇄합니다."
            "</footer>",
            "</article>",
        )
    )


def _density(told: Card) -> str:
    lines = sum(
        -(-_width(text) // _LINE)
        for header in _GROWING
        for text in told[header].split(" · ")
        if text
    )
    return "" if lines <= _MOST_LINES else ' class="dense"'


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _maybe(header: str, told: Card) -> tuple[str, ...]:
    if not told[header]:
        return ()
    return (f"<h2>{header}</h2>", _listed(told[header].split(" · ")))


def _listed(texts: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{text}</li>" for text in texts if text) + "</ul>"


def _shown(cell: str) -> str:
    # The apostrophe keeps a spreadsheet from running the cell; paper runs nothing.
    return escape(cell.removeprefix("'"))
