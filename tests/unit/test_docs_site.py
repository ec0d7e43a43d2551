"""The documents' HTML: every link inside it leads somewhere, and nothing is fetched."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from flows.docs_site import READERS, build_site, documents


class _Links(HTMLParser):
    """What a page links to, what it loads, and where it can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if href := given.get("href"):
            (self.links if tag == "a" else self.loads).append(href)
        self.loads += [given[name] or "" for name in ("src", "action") if name in given]
        self.ids += [given["id"] or ""] if "id" in given else []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, _Links]:
    folder = tmp_path_factory.mktemp("site") / "docs"
    build_site(folder)
    return {
        file: _Links(file.read_text("utf-8")) for file in sorted(folder.rglob("*.html"))
    }


def test_every_document_is_a_page(site: dict[Path, _Links]) -> None:
    assert len(site) == len(documents()) + 1


def test_every_link_and_anchor_is_there(site: dict[Path, _Links]) -> None:
    broken = []
    for file, page in site.items():
        assert len(page.ids) == len(set(page.ids)), file
        for href in page.links:
            if re.match("https?://", href):
                continue
            target, _, anchor = href.partition("#")
            other = (file.parent / target).resolve() if target else file
            if other not in site or (anchor and anchor not in site[other].ids):
                broken.append((file.name, href))
    assert not broken


def test_nothing_is_fetched_but_the_one_style(site: dict[Path, _Links]) -> None:
    loads = {load.removeprefix("../").removeprefix("../") for p in site.values() for load in p.loads}  # fmt: skip
    assert loads == {"style.css", "data:,"}
    style = (next(iter(site)).parents[0] / "index.html").with_name("style.css")
    for text in [
        file.read_text("utf-8") for file in [*site, *style.parent.glob("*.css")]
    ]:
        assert "<script" not in text
        assert "@import" not in text
        assert "url(" not in text


def test_every_reader_has_a_way_in(site: dict[Path, _Links]) -> None:
    front = next(page for file, page in site.items() if file.name == "index.html")
    for reader in READERS:
        for path in reader.pages:
            assert path.replace(".md", ".html") in front.links


def test_building_again_replaces_the_site_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    build_site(folder)
    (folder / "gone.html").write_text("old")
    build_site(folder)
    assert not (folder / "gone.html").exists()
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("x")
    with pytest.raises(SystemExit, match="something else"):
        build_site(mine)
    assert (mine / "thesis.txt").exists()
