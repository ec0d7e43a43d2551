"""Which files an edition of a round holds, and what stands in them."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from data_contracts.outputs import HEADERS_KO, SLOT_KIND_KO
from pipeline.errors import OptionError
from pipeline.excel_safe import one_line
from pipeline.list_formats import EXPORT_FORMATS, Page, Rows
from pipeline.manifest import ListedFile
from pipeline.reason_card import render_cards

SYNTHETIC_KO, REAL_KO = "합성", "실자료"
LIST_KO, CARD_KO, SEALED_KO = "의뢰목록", "사유카드", "봉인"
# Who gets the sheets of a round: the city's welfare department, but who is protected
# is for the one officer whom the policy names.
CITY, PROTECTED_OFFICER = "city", "protected_officer"
RECIPIENT_KO: Final = {CITY: "시청 복지정책과", PROTECTED_OFFICER: "지정담당자"}
_PROTECTED_STEM: Final = "지정담당자_"
_ID_HEADER: Final = "의뢰번호"


@dataclass(frozen=True)
class ExportOptions:
    """In which shapes an edition leaves."""

    formats: tuple[str, ...] = ("csv",)
    by_hub: bool = False
    cards: bool = False
    sealed: bool = False

    @classmethod
    def of(
        cls,
        export_format: str,
        *,
        by_hub: bool = False,
        cards: bool = False,
        sealed: bool = False,
    ) -> "ExportOptions":
        """The options as a user gives them.

        Raises:
            OptionError: No such format, or one that cannot hold a hub's lists.
        """
        formats = tuple(EXPORT_FORMATS) if export_format == "both" else (export_format,)
        if unknown := set(formats) - set(EXPORT_FORMATS):
            raise OptionError(
                f"--format cannot be {', '.join(sorted(unknown))}",
                f"give one of: {', '.join(EXPORT_FORMATS)}, both",
            )
        if by_hub and not any(EXPORT_FORMATS[name].takes_many for name in formats):
            raise OptionError(
                "--by-hub puts a hub's lists into one workbook; a CSV holds one list",
                "add --format xlsx (or both)",
            )
        return cls(formats, by_hub, cards, sealed)


@dataclass(frozen=True)
class Dong:
    """A dong that gets a list, and whose team's it is."""

    code: str
    name: str
    unit: str
    team_code: str
    team_name: str


@dataclass(frozen=True)
class UnitFigures:
    """What a unit's line says: how far its places reach."""

    dongs: int
    slots: int
    below_line: int
    must_to_city: int


@dataclass(frozen=True)
class DongList:
    """A dong's list: its cells and the teams that work it."""

    dong: Dong
    rows: Rows
    teams: tuple[str, ...]

    @property
    def cards(self) -> list[Mapping[str, str]]:
        return [dict(zip(HEADERS_KO, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class File:
    """A file before it is published: its bytes, and for whom it is."""

    listed: tuple[ListedFile, ...]
    content: bytes
    recipients: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.listed[0].file


@dataclass(frozen=True)
class Edition:
    """How the files of one round are named and titled."""

    round: str
    as_of: dt.date
    is_synthetic: bool
    options: ExportOptions
    figures: Mapping[str, UnitFigures]

    def dong_files(self, lists: Sequence[DongList]) -> list[File]:
        """The lists of every dong in each format, and the cards."""
        made = []
        for name in self.options.formats:
            form = EXPORT_FORMATS[name]
            is_by_hub = self.options.by_hub and form.takes_many
            for group in _by_unit(lists) if is_by_hub else [[one] for one in lists]:
                stem = self._unit_stem(group) if is_by_hub else _stem(group[0].dong)
                file = self._file_name(f"{LIST_KO}_{self.round}_{stem}", form.suffix)
                content = form.render([self._page(one) for one in group], self.as_of)
                made.append(_file(file, content, "list", group))
        if self.options.cards:
            made += [self._card_file(one) for one in lists]
        return made

    def sheet_files(self, sheets: Mapping[str, Rows]) -> list[File]:
        """The sheets beside the lists, in each format."""
        made = []
        for stem, rows in sheets.items():
            recipient = PROTECTED_OFFICER if stem.startswith(_PROTECTED_STEM) else CITY
            tab, count = stem.split("_")[0], len(rows) - 1
            for name in self.options.formats:
                form = EXPORT_FORMATS[name]
                file = self._file_name(stem, form.suffix)
                title = " · ".join((self.round, tab, f"{count}건", *self._mark()))
                content = form.render([Page(tab, title, rows, stem)], self.as_of)
                listed = ListedFile(file, recipient, tab, count, "", "sheet")
                made.append(File((listed.of(content),), content, (recipient,)))
        return made

    def _page(self, one: DongList) -> Page:
        tab = one.dong.name if self.options.by_hub else LIST_KO
        footer = f"{self.round} {one.dong.name}"
        return Page(tab, self.title(one), [HEADERS_KO, *one.rows], footer)

    def title(self, one: DongList) -> str:
        """The line above a list: how far the places reach, and what they went to."""
        at = HEADERS_KO.index("의뢰구분")
        kinds = Counter(row[at] for row in one.rows)
        counts = "/".join(
            f"{label} {kinds[SLOT_KIND_KO[kind]]}" for kind, label in _KINDS.items()
        )
        parts = [self.round, one.dong.name, one.dong.team_name]
        parts.append(f"의뢰 {len(one.rows)}({counts})")
        if known := self.figures.get(one.dong.unit):
            whose = f"권역(동 {known.dongs}개) " if known.dongs > 1 else ""
            parts += [
                f"{whose}정원 {known.slots}",
                f"선 아래 대상 {known.below_line:,}가구",
                f"희망복지지원단 이관 {known.must_to_city}",
            ]
        return " · ".join((*parts, *self._mark()))

    def _card_file(self, one: DongList) -> File:
        file = self._file_name(f"{CARD_KO}_{self.round}_{_stem(one.dong)}", ".html")
        content = render_cards(one.cards, f"{CARD_KO} {self.round} {one.dong.name}")
        return _file(file, content, "card", [one])

    def _unit_stem(self, group: Sequence[DongList]) -> str:
        if len(group) == 1:
            return _stem(group[0].dong)
        return _in_file_name(
            f"{group[0].dong.unit}_{group[0].dong.name} 등 {len(group)}개 동"
        )

    def _file_name(self, stem: str, suffix: str) -> str:
        return "_".join((stem, *self._mark())) + suffix

    def _mark(self) -> tuple[str, ...]:
        return (SYNTHETIC_KO,) if self.is_synthetic else ()

    def sealed_name(self, recipient: str, name: str) -> str:
        """The name of the container that one recipient gets."""
        who = name if recipient in RECIPIENT_KO else f"{recipient}_{name}"
        return self._file_name(f"{SEALED_KO}_{self.round}_{_in_file_name(who)}", ".zip")


def referral_ids(tables: Iterable[Rows]) -> list[str]:
    """The referrals that stand in lists and sheets, each once."""
    found: dict[str, None] = {}
    for rows in tables:
        if _ID_HEADER in rows[0]:
            at = list(rows[0]).index(_ID_HEADER)
            found |= dict.fromkeys(row[at] for row in rows[1:])
    return list(found)


_KINDS: Final = {"sample": "표본", "must": "필수", "locate": "소재", "rank": "순위"}


def _file(name: str, content: bytes, kind: str, group: Sequence[DongList]) -> File:
    listed = tuple(
        ListedFile(name, one.dong.code, one.dong.name, len(one.rows), "", kind).of(
            content
        )
        for one in group
    )
    teams = dict.fromkeys(team for one in group for team in one.teams)
    return File(listed, content, tuple(teams))


def sealed_entries(archive: str, files: Sequence[File]) -> list[ListedFile]:
    """What a container holds, as the manifest tells it."""
    return [
        replace(one, file=archive, member=one.file)
        for file in files
        for one in file.listed
    ]


def _by_unit(lists: Sequence[DongList]) -> list[list[DongList]]:
    units: dict[str, list[DongList]] = {}
    for one in lists:
        units.setdefault(one.dong.unit, []).append(one)
    return list(units.values())


def _stem(dong: Dong) -> str:
    return f"{dong.code}_{_in_file_name(dong.name)}"


def _in_file_name(name: str) -> str:
    return "".join(
        "_" if letter in '/\\:*?"<>|' else letter for letter in one_line(name)
    )
