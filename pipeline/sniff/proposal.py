"""A layout TOML to edit, from what was seen of a file."""

import json
import re
import tomllib
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from data_contracts.sources import SOURCES
from pipeline.filenames import shown_name
from pipeline.layouts import Layout
from pipeline.sniff.fits import Fit, Match
from pipeline.sniff.look import Sniffed

_TRAILING_VERSION = re.compile(r"_v[1-9]\d{0,3}(?=\.[^.]+$)")


@dataclass(frozen=True)
class Proposal:
    """The TOML, whether it can be used as it is, and what a person must decide."""

    text: str
    is_complete: bool
    to_decide: tuple[str, ...]


def pattern_of(path: Path) -> str:
    """The file's name with its date or month as a placeholder."""
    name = _TRAILING_VERSION.sub("", unicodedata.normalize("NFC", shown_name(path)))
    for digits, mark in ((8, "{date}"), (6, "{month}")):
        found = re.sub(rf"(?<!\d)(19|20)\d{{{digits - 2}}}(?!\d)", mark, name, count=1)
        if found != name:
            return found
    return name


def propose(path: Path, seen: Sniffed, fit: Fit | None) -> Proposal:
    """A layout for files like this one.

    It is complete when every required field has a column; otherwise comments say what
    is to be chosen.
    """
    pattern = pattern_of(path)
    to_decide = _open_questions(seen, fit, pattern)
    lines = [
        "# Proposed from one file: read it once, then try it with",
        "#   blindspot layout check THIS_FILE THE_EXTRACT",
        *(f"# TO DECIDE: {question}" for question in to_decide),
        _source_line(fit),
        f"pattern = {_quoted(pattern)}",
        *_shape_lines(seen),
        "",
        "[columns]",
        *_column_lines(seen, fit),
    ]
    text = "\n".join(lines) + "\n"
    return Proposal(text, _is_valid(text), tuple(to_decide))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _source_line(fit: Fit | None) -> str:
    if fit is None:
        return f'source = ""  # one of: {", ".join(SOURCES)}'
    title = SOURCES[fit.source].title_ko
    return f'source = "{fit.source}"  # {title}; fit {fit.score:.2f} of 1'


def _open_questions(seen: Sniffed, fit: Fit | None, pattern: str) -> list[str]:
    found = []
    if fit is None:
        found.append("no contract fits: which source is it? then name its columns")
    else:
        contract = SOURCES[fit.source]
        needed = [f"{n} ({contract.field(n).header_ko})" for n in fit.missing_required]
        if needed:
            found.append(f"no column was found for required {', '.join(needed)}")
        if contract.reference != "optional" and "{" not in pattern:
            found.append(
                "the file's name has no date: put {date} (YYYYMMDD) or {month} "
                "(YYYYMM) into the pattern and name the files so"
            )
        unsure = [m.field for m in fit.matches if m.by in ("similar", "type")]
        if unsure:
            found.append(f"check the columns of {', '.join(unsure)}: only alike")
        misfits = [m.field for m in fit.matches if not m.type_fits]
        if misfits:
            found.append(f"the cells of {', '.join(misfits)} look like something else")
    names = Counter(each.name for each in seen.rows.columns)
    if twice := sorted(name for name, times in names.items() if times > 1):
        found.append(f"more than one column is called {', '.join(twice)}")
    if seen.shape != "fixed" and not seen.header_rows:
        found.append("no header row was found; ask the holder for one")
    return found


def _shape_lines(seen: Sniffed) -> list[str]:
    lines = [f'encoding = "{seen.encoding.name}"', f'shape = "{seen.shape}"']
    kinds = seen.rows.kinds
    if seen.shape == "fixed":
        header = "first" if kinds["header"] else "none"
        lines += [f"record_bytes = {seen.cut.record_bytes}", f'header = "{header}"']
        if seen.fixed is not None and seen.fixed.trailer:
            lines.append(f"trailer = {_quoted(seen.fixed.trailer)}")
        return lines
    if seen.sheet is not None:
        lines.append(f"sheet = {_quoted(seen.sheet)}")
    else:
        lines.append(f"delimiter = {_quoted(seen.cut.delimiter or ',')}")
        if seen.cut.delimiter == "|" and not seen.cut.quoted:
            lines.append("quoting = false")
    above = kinds["title"] + kinds["unit"]
    lines.append(f'header = "{"search" if above else "first"}"')
    if seen.header_rows > 1:
        lines.append(f"header_rows = {seen.header_rows}")
    if seen.cut.wrapped:
        lines.append("wrapped = true  # every row stands in one quoted cell")
    if seen.shape == "delimited" and not seen.has_last_end:
        lines.append(
            "# open_end = true  # the last line has no end. Allow it only if the "
            "holder always writes so: cut-off files pass then"
        )
    return lines


def _column_lines(seen: Sniffed, fit: Fit | None) -> list[str]:
    places = dict(
        zip((each.name for each in seen.rows.columns), _places(seen), strict=True)
    )
    lines = []
    matches: dict[str, Match] = {m.field: m for m in fit.matches} if fit else {}
    if fit is not None:
        for each in SOURCES[fit.source].fields:
            match = matches.get(each.name)
            if match is not None:
                lines.append(f"{each.name} = {places[match.column]}  # {match.by}")
            else:
                need = "REQUIRED" if each.name in fit.missing_required else "optional"
                lines.append(f'# {each.name} = ""  # {need}: {each.header_ko}')
    used = {match.column for match in matches.values()}
    rest = [each for each in seen.rows.columns if each.name not in used]
    if rest:
        lines += ["", "# Columns of the file that no field takes:"]
        lines += [f"#   {places[each.name]}  ({each.type})" for each in rest]
    return lines


def _places(seen: Sniffed) -> list[str]:
    if seen.fixed is not None:
        return [f"{{ start = {start}, end = {end} }}" for start, end in seen.fixed.cuts]
    return [_quoted(each.name) for each in seen.rows.columns]


def _is_valid(text: str) -> bool:
    try:
        Layout.model_validate({**tomllib.loads(text), "form": "proposed"})
    except (tomllib.TOMLDecodeError, ValidationError):
        return False
    return True
