"""The frame and the style of the documents' pages (flows/docs_site.py)."""

from typing import Final

# Fonts that offices have; nothing is fetched.
STYLE: Final = """\
:root { --ink: #1b1f24; --soft: #59636e; --line: #d8dee4; --tint: #f5f7f9;
  --link: #0b57a4; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: #fff; line-height: 1.65;
  font: 16px/1.65 "Pretendard", "Noto Sans KR", "Noto Sans CJK KR", "Malgun Gothic",
    "Apple SD Gothic Neo", "NanumGothic", sans-serif;
  word-break: keep-all; overflow-wrap: break-word; }
a { color: var(--link); text-underline-offset: 2px; }
.page { display: grid; grid-template-columns: 250px minmax(0, 1fr); }
nav { padding: 20px 16px; border-right: 1px solid var(--line); background: var(--tint);
  min-height: 100vh; font-size: 14px; }
nav ul { margin: 4px 0 12px; padding-left: 16px; list-style: none; }
nav li { margin: 3px 0; }
nav summary { cursor: pointer; font-weight: 600; }
nav .home { display: block; margin-bottom: 14px; font-weight: 700;
  text-decoration: none; }
nav [aria-current] { font-weight: 700; color: var(--ink); text-decoration: none; }
nav .inside { margin-top: 18px; border-top: 1px solid var(--line); padding-top: 10px; }
main { padding: 24px 40px 80px; max-width: 1000px; }
h1 { font-size: 28px; line-height: 1.3; margin: 0 0 16px; }
h2 { font-size: 21px; margin: 36px 0 10px; padding-top: 10px;
  border-top: 1px solid var(--line); }
h3 { font-size: 17px; margin: 24px 0 8px; }
code { font: 13.5px/1.5 "D2Coding", "NanumGothicCoding", Consolas, Menlo, monospace;
  background: var(--tint); padding: 1px 4px; border-radius: 3px; }
pre { background: var(--tint); border: 1px solid var(--line); border-radius: 6px;
  padding: 12px 14px; overflow-x: auto; }
pre code { background: none; padding: 0; overflow-wrap: normal; }
.wide { overflow-x: auto; margin: 12px 0; }
table { border-collapse: collapse; font-size: 14.5px; min-width: 50%; }
th, td { border: 1px solid var(--line); padding: 5px 9px; text-align: left;
  vertical-align: top; }
th { background: var(--tint); white-space: nowrap; }
blockquote { margin: 12px 0; padding: 2px 16px; border-left: 4px solid #c8861a;
  background: #fdf7ec; }
hr { border: 0; border-top: 1px solid var(--line); margin: 32px 0; }
hr + h2 { border-top: 0; margin-top: 0; }
.readers { display: grid; gap: 18px; padding: 0 0 40px;
  grid-template-columns: repeat(auto-fit, minmax(290px, 1fr)); }
.readers section { border: 1px solid var(--line); border-radius: 8px;
  padding: 4px 20px 12px; }
.readers h2 { border: 0; margin-top: 12px; }
.readers small { color: var(--soft); font-weight: 400; font-size: 14px; }
.front { max-width: 1120px; margin: 0 auto; padding: 36px 24px; }
@media (max-width: 800px) {
  .page { grid-template-columns: 1fr; }
  nav { min-height: 0; border-right: 0; border-bottom: 1px solid var(--line); }
  main { padding: 20px; }
}
@media print {
  @page { size: A4; margin: 14mm; }
  .page { display: block; }
  nav { display: none; }
  main { padding: 0; max-width: none; }
  body { font-size: 10.5pt; line-height: 1.45; }
  h1 { font-size: 17pt; margin-bottom: 6pt; }
  h2 { font-size: 12.5pt; margin: 9pt 0 3pt; padding-top: 4pt; }
  table { font-size: 9.5pt; }
  th, td { padding: 2pt 5pt; }
  a { color: inherit; text-decoration: none; }
  /* A rule parts the first sheet from what follows. */
  hr { break-after: page; border: 0; margin: 0; }
  tr, pre { break-inside: avoid; }
}
"""

_HEAD: Final = """\
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
"""

PAGE: Final = (
    '<!doctype html>\n<html lang="{lang}">\n<head>\n'
    + _HEAD
    + """\
<title>{title} · blindspot</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{up}style.css">
</head>
<body>
<div class="page">
<nav><a class="home" href="{up}index.html">blindspot · 복지 사각지대 발굴</a>
{nav}
<div class="inside">{inside}</div></nav>
<main>
{body}</main>
</div>
</body>
</html>
"""
)

INDEX: Final = (
    '<!doctype html>\n<html lang="ko">\n<head>\n'
    + _HEAD
    + """\
<title>blindspot · 복지 사각지대 발굴</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css">
</head>
<body>
<div class="front">
<h1>blindspot · 복지 사각지대 발굴</h1>
<p>누구신가요? 자기 칸부터 읽으면 됩니다. Who are you? Start with your own box.</p>
<div class="readers">{cards}</div>
</div>
</body>
</html>
"""
)
