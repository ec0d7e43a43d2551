"""The look of the report: one sheet for screen and A4 paper, system fonts only."""

from typing import Final

CSS: Final = """
@page { size: A4; margin: 14mm 13mm; }
* { box-sizing: border-box; }
body { margin: 0; background: #eef1f4; color: #1d2733;
  font: 14px/1.55 "Pretendard", "Noto Sans KR", "Noto Sans CJK KR", "Malgun Gothic",
    "Apple SD Gothic Neo", sans-serif; font-variant-numeric: tabular-nums;
  word-break: keep-all; }
main { max-width: 960px; margin: 24px auto; padding: 36px 48px 44px;
  background: #fff; }
.banner { max-width: 960px; margin: 24px auto -24px; padding: 8px 48px;
  background: #8a4b08; color: #fff; font-weight: 600; }
header { border-bottom: 2px solid #1d2733; padding-bottom: 14px; }
h1 { margin: 0; font-size: 26px; letter-spacing: -0.02em; }
header p { margin: 4px 0 0; color: #53606e; }
h2 { margin: 38px 0 4px; font-size: 17px; letter-spacing: -0.01em; }
.note { margin: 0 0 12px; color: #53606e; font-size: 13px; }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px;
  margin: 20px 0 0; }
.tile { padding: 12px 16px; background: #f3f6f9; border-radius: 6px; }
.tile b { display: block; font-size: 24px; line-height: 1.3; letter-spacing: -0.02em; }
.tile span { color: #53606e; font-size: 13px; }
table { width: 100%; border-collapse: collapse; font-size: 13px; }
th { padding: 6px 8px; border-bottom: 1px solid #1d2733; text-align: left;
  font-weight: 600; color: #36424f; white-space: nowrap; }
td { padding: 5px 8px; border-bottom: 1px solid #e3e8ed; vertical-align: top; }
td.n, th.n { text-align: right; white-space: nowrap; }
td.small { color: #53606e; font-size: 12px; }
tr.first td { border-top: 1px solid #aab4bf; }
.bad { color: #a61b1b; font-weight: 600; }
.good { color: #216e39; }
.bar { display: block; height: 10px; margin-top: 5px; background: #1f5fa8;
  border-radius: 2px; }
.bar.off { background: #b8c4d0; }
td.bars, th.bars { width: 42%; }
td:first-child { white-space: nowrap; }
svg { display: block; width: 100%; height: auto; }
svg text { font-size: 12px; fill: #1d2733; }
svg .end { text-anchor: end; }
svg .tick { text-anchor: middle; font-size: 11px; fill: #53606e; }
svg .figure { fill: #36424f; }
svg .pale { fill: #cddcec; }
svg .full { fill: #1f5fa8; }
svg .t-0, .sign.t-0 { fill: #e8eff7; background: #e8eff7; }
svg .t-1, .sign.t-1 { fill: #bcd3ea; background: #bcd3ea; }
svg .t-2, .sign.t-2 { fill: #7fabd6; background: #7fabd6; }
svg .t-3, .sign.t-3 { fill: #2f6fb0; background: #2f6fb0; }
svg .t-4, .sign.t-4 { fill: #123a66; background: #123a66; }
svg .t-none { fill: #fff; stroke: #8793a0; stroke-dasharray: 4 3; }
svg .tile { text-anchor: middle; font-weight: 600; font-size: 13px; }
svg .tile-n { text-anchor: middle; font-size: 11px; }
svg .light { fill: #fff; }
svg .title { font-weight: 600; }
svg .hollow { fill: #fff; stroke: #1f5fa8; stroke-width: 2; }
svg .axis { stroke: #8793a0; stroke-width: 1; }
.key { display: inline-block; width: 12px; height: 12px; border-radius: 2px;
  vertical-align: -1px; margin: 0 4px 0 12px; }
.key.pale { background: #cddcec; } .key.full { background: #1f5fa8; }
.item { white-space: nowrap; }
.sign { display: inline-block; min-width: 16px; padding: 0 3px; margin-left: 8px;
  border-radius: 2px; text-align: center; font-size: 11px; }
svg .sign { text-anchor: middle; font-size: 11px; }
svg .h-seen { fill: #cddcec; } .sign.h-seen { background: #cddcec; }
svg .h-few { fill: #eef3f8; } .sign.h-few { background: #eef3f8; }
svg .h-high { fill: #e2a23b; } .sign.h-high { background: #e2a23b; }
svg .h-low { fill: #f2dcae; } .sign.h-low { background: #f2dcae; }
svg .h-bad { fill: #c0392b; } .sign.h-bad { background: #c0392b; color: #fff; }
svg .h-none { fill: #7b8794; } .sign.h-none { background: #7b8794; color: #fff; }
svg .h-never { fill: #fff; stroke: #c3ccd6; }
.sign.h-never { background: #fff; outline: 1px solid #c3ccd6; }
svg text.sign { fill: #1d2733; stroke: none; }
svg text.sign.h-bad, svg text.sign.h-none { fill: #fff; }
footer { margin-top: 36px; padding-top: 12px; border-top: 1px solid #e3e8ed;
  color: #53606e; font-size: 12px; }
@media print {
  body { background: #fff; font-size: 12px; }
  main, .banner { max-width: none; margin: 0; padding: 0; }
  .banner { padding: 6px 10px; margin-bottom: 12px; }
  section, tr, svg { break-inside: avoid; }
  section.long { break-inside: auto; }
  h2, .note { break-after: avoid; }
  h2 { margin-top: 24px; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
