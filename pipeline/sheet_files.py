"""Sheets as files: one folder that appears whole, the same bytes only once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.excel_safe import one_line
from pipeline.list_formats import Rows, render_csv
from pipeline.publish import (
    NO_ARCHIVES,
    edition_folder,
    editions,
    holds_the_same,
    publish,
)
from pipeline.sealed import Archive
from pipeline.sheet_cells import DATA_KIND_KO

_NOT_IN_NAMES: Final = '/\\:*?"<>|'


@dataclass(frozen=True)
class Published:
    """What was written; `already_published` means that the same sheets lay there."""

    folder: Path
    files: Mapping[str, int]
    already_published: bool


def dong_file(stem: str, code: str, name: str, is_synthetic: bool) -> str:
    """A dong's file: 변동목록_2026-R4_4413158000_신방동_합성.csv."""
    return sheet_file(f"{stem}_{code}", name, is_synthetic)


def sheet_file(stem: str, reader: str, is_synthetic: bool) -> str:
    """A reader's file: 행복e음_입력_2026-R4_희망복지지원단_합성.csv."""
    shown = "".join(
        "_" if letter in _NOT_IN_NAMES else letter for letter in one_line(reader)
    )
    end = f"_{DATA_KIND_KO[True]}" if is_synthetic else ""
    return f"{stem}_{shown}{end}.csv"


def publish_edition(
    rounds: Path,
    name: str,
    files: Mapping[str, Rows],
    beside: Mapping[str, bytes] | None = None,
) -> Published:
    """Publish sheets under a name; other content than before makes a new edition.

    `beside`: files of other kinds (a manifest) that make no edition of their own.

    Raises:
        DiskError: A file cannot be written; nothing is published.
    """
    contents = {file: render_csv(rows) for file, rows in files.items()}
    counts = {file: len(rows) - 1 for file, rows in files.items()}
    return publish_contents(rounds, name, contents, counts, beside)


def publish_contents(
    rounds: Path,
    name: str,
    contents: Mapping[str, bytes],
    counts: Mapping[str, int],
    beside: Mapping[str, bytes] | None = None,
    archives: Mapping[str, Archive] = NO_ARCHIVES,
) -> Published:
    """The same for files of any kind; `counts`: rows by file.

    `archives`: what is inside those of the files that are sealed: their bytes differ
    each time.

    Raises:
        DiskError: A file cannot be written; nothing is published.
    """
    published = editions(rounds, name)
    latest = max(published, default=0)
    is_same = bool(latest) and holds_the_same(
        published[latest],
        {name: made for name, made in contents.items() if name not in archives},
        archives,
    )
    folder = edition_folder(rounds, name, latest if is_same else latest + 1)
    if not is_same:
        publish(folder, {**contents, **(beside or {})})
    return Published(folder, counts, is_same)
