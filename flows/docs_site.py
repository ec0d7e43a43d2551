"""The documents as one folder of HTML: opened from disk, no script, no request."""

import html
import re
import shutil
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple

from flows.docs_style import INDEX, PAGE, STYLE

if TYPE_CHECKING:
    from markdown_it.token import Token

ROOT: Final = Path(__file__).parents[1]
# Says that a folder is a site, so that building anew removes no other folder.
MARK: Final = ".blindspot-docs"


class Reader(NamedTuple):
    """Somebody who comes with a question, and what to read in which order."""

    name_ko: str
    name: str
    asks: str
    pages: tuple[str, ...]


READERS: Final = (
    Reader(
        "읍면동 담당자",
        "officer",
        "목록을 받았습니다. 어떻게 열고, 읽고, 적고, 돌려보내나요?",
        ("docs/officer.ko.md", "docs/generated/columns.ko.md", "GLOSSARY.md"),
    ),
    Reader(
        "분석 담당",
        "analyst",
        "Install it, make the first list, keep the nights running.",
        (
            *("README.md", "README.ko.md", "docs/analyst.md", "docs/operation.md"),
            *("docs/incidents.md", "docs/ledger_and_quarantine.md"),
            *("docs/generated/policy.md", "docs/generated/referral_list.md"),
            *("docs/generated/sheets.md", "docs/generated/dictionary.md"),
            *("docs/generated/features.md", "docs/evaluation.md"),
            *("docs/calibration.md", "notebooks/README.md"),
        ),
    ),
    Reader(
        "감사·개인정보 보호",
        "auditor",
        "What is recorded, how to verify it, what protects people and what does not.",
        (
            *("docs/auditor.md", "docs/privacy.md", "docs/incidents.md"),
            *("docs/generated/policy.md", "docs/evaluation.md"),
        ),
    ),
)
REST: Final = Reader("만드는 사람", "maintainer", "Decisions and how to add to it.", ())


class Page(NamedTuple):
    """One document: its path in the repository, its title and its headings."""

    path: PurePosixPath
    title: str
    body: str
    headings: tuple[tuple[int, str, str], ...]

    @property
    def out(self) -> str:
        return str(self.path.with_suffix(".html"))


def documents(root: Path = ROOT) -> list[PurePosixPath]:
    """Every document of the repository, by its path."""
    found = [
        *root.glob("*.md"),
        *(root / "docs").rglob("*.md"),
        *(root / "notebooks").glob("*.md"),
    ]
    return sorted(PurePosixPath(path.relative_to(root).as_posix()) for path in found)


def slug(title: str, taken: set[str]) -> str:
    """The anchor of a heading, as code hosts make it."""
    kept = re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")
    name, number = kept, 0
    while name in taken:
        number += 1
        name = f"{kept}-{number}"
    taken.add(name)
    return name


def read_page(path: PurePosixPath, root: Path = ROOT) -> Page:
    """A document as HTML, its links turned to the other documents' HTML."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse((root / path).read_text(encoding="utf-8"))
    headings: list[tuple[int, str, str]] = []
    taken: set[str] = set()
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            title = _plain(tokens[place + 1])
            token.attrSet("id", slug(title, taken))
            headings.append((int(token.tag[1]), title, str(token.attrGet("id"))))
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("href", as_html(str(child.attrGet("href"))))
    body = parser.renderer.render(tokens, parser.options, {})
    # A wide table scrolls by itself; the page does not.
    body = body.replace("<table>", '<div class="wide"><table>')
    body = body.replace("</table>", "</table></div>")
    title = next((text for level, text, _ in headings if level == 1), path.name)
    if path.name == "README.ko.md":
        title += " (한국어)"
    return Page(path, title, body, tuple(headings))


def as_html(href: str) -> str:
    """A link to a document as a link to its page; others stay as they are."""
    target, hash_, anchor = href.partition("#")
    if ":" in target or not target.endswith(".md"):
        return href
    return target.removesuffix(".md") + ".html" + hash_ + anchor


def _plain(inline: "Token") -> str:
    return "".join(
        child.content
        for child in inline.children or ()
        if child.type in ("text", "code_inline")
    )


def build_site(folder: Path, root: Path = ROOT) -> int:
    """Write every document into a folder; gives the number of pages.

    Raises:
        SystemExit: The folder is there and is no site that was built before.
    """
    folder = folder.resolve()
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise SystemExit(f"{folder} is there and holds something else: name another")
    pages = [read_page(path, root) for path in documents(root)]
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for page in pages:
        file = fresh / page.out
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_render(page, pages), encoding="utf-8")
    (fresh / "index.html").write_text(_index(pages), encoding="utf-8")
    (fresh / "style.css").write_text(STYLE, encoding="utf-8")
    (fresh / MARK).write_text("", encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    return len(pages)


def _groups(pages: Sequence[Page]) -> list[tuple[Reader, list[Page]]]:
    """The pages by reader; what is named for nobody is the maintainers'."""
    by_path = {str(page.path): page for page in pages}
    groups = [
        (reader, [by_path[path] for path in reader.pages if path in by_path])
        for reader in READERS
    ]
    named = {path for reader in READERS for path in reader.pages}
    rest = [page for path, page in by_path.items() if path not in named]
    return [*groups, (REST, rest)]


def _render(page: Page, pages: Sequence[Page]) -> str:
    up = "../" * (len(page.path.parts) - 1)
    nav = []
    for reader, theirs in _groups(pages):
        links = "".join(_item(other, up, other is page) for other in theirs)
        is_open = " open" if page in theirs else ""
        nav.append(
            f"<details{is_open}><summary>{reader.name_ko}</summary><ul>{links}</ul>"
            "</details>"
        )
    inside = "".join(
        f'<li><a href="#{anchor}">{html.escape(text)}</a></li>'
        for level, text, anchor in page.headings
        if level == 2
    )
    return PAGE.format(
        lang="ko" if _is_korean(page.path) else "en",
        title=html.escape(page.title),
        up=up,
        nav="".join(nav),
        inside=f"<ul>{inside}</ul>" if inside else "",
        body=page.body,
    )


def _item(page: Page, up: str, is_here: bool) -> str:
    mark = ' aria-current="page"' if is_here else ""
    title = html.escape(page.title)
    return f'<li><a href="{up}{html.escape(page.out)}"{mark}>{title}</a></li>'


def _index(pages: Sequence[Page]) -> str:
    cards = []
    for reader, theirs in _groups(pages):
        links = "".join(_item(page, "", False) for page in theirs)
        cards.append(
            f"<section><h2>{reader.name_ko} <small>{reader.name}</small></h2>"
            f"<p>{html.escape(reader.asks)}</p><ul>{links}</ul></section>"
        )
    return INDEX.format(cards="".join(cards))


def _is_korean(path: PurePosixPath) -> bool:
    return path.name.endswith(".ko.md") or path.name == "GLOSSARY.md"
