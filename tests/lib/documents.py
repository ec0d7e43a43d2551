"""What the documents say: commands, options, settings, files, make targets, links.

Each claim is taken from code spans and fenced blocks, where a reader copies from.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from typer.main import get_command

from flows.cli import app
from flows.docs_site import documents, slug
from pipeline.settings import Config

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / path for path in documents(ROOT)]
SHELLS = {"console", "sh", "ini", "cron"}
_FOLDERS = (
    "tests|docs|pipeline|flows|features|models|data_contracts|notebooks|benchmarks"
)
_FILE = re.compile(rf"(?:{_FOLDERS})/[\w./*<>-]*")


@dataclass(frozen=True)
class Document:
    """A page's code spans, fenced blocks (language, text), links and anchors."""

    path: Path
    spans: tuple[str, ...]
    blocks: tuple[tuple[str, str], ...]
    links: tuple[str, ...]
    anchors: frozenset[str]


@cache
def read(path: Path) -> Document:
    tokens = MarkdownIt("commonmark").enable("table").parse(path.read_text("utf-8"))
    spans: list[str] = []
    links: list[str] = []
    anchors: set[str] = set()
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            inside = tokens[place + 1].children or ()
            slug("".join(child.content for child in inside if child.content), anchors)
        for child in token.children or ():
            if child.type == "code_inline":
                spans.append(child.content)
            if child.type == "link_open":
                links.append(str(child.attrGet("href")))
    blocks = [
        (t.info.strip(), t.content) for t in tokens if t.type in ("fence", "code_block")
    ]
    return Document(path, tuple(spans), tuple(blocks), tuple(links), frozenset(anchors))


def commands_in(text: str) -> Iterator[list[str]]:
    """The words behind each `blindspot` of a shell line, comments cut off."""
    for piece in re.split(r"\s(?:&&|\|\|?|;)\s", text.replace("\\\n", " ")):
        try:
            words = shlex.split(piece, comments=True)
        except ValueError as error:
            raise AssertionError(f"no shell would read: {piece}") from error
        # A variable or a `cd` may stand before it, or its whole path.
        for place, word in enumerate(words):
            if word == "blindspot" or word.endswith("/bin/blindspot"):
                yield words[place + 1 :]
                break


def commands_of(page: Document) -> list[list[str]]:
    """Every `blindspot …` of a page."""
    found = typed_in(page)
    for span in page.spans:
        if re.match(r"(\S+/bin/)?blindspot ", span):
            found += list(commands_in(span))
    return found


def typed_in(page: Document) -> list[list[str]]:
    """Every `blindspot …` of a page's blocks: whole, as somebody would type it."""
    found: list[list[str]] = []
    for language, text in page.blocks:
        joined = text.replace("\\\n", " ")
        for line in joined.splitlines():
            # What a console prints is no command; what a service file starts is.
            if language == "console" and not line.startswith("$ "):
                continue
            if language in SHELLS | {""} and "blindspot " in line:
                line = line.removeprefix("$ ").removeprefix("ExecStart=").strip()
                if re.search(r"(^|/bin/|\s)blindspot [a-z-]", line):
                    found += list(commands_in(line))
    return found


def command_problem(words: list[str], *, is_whole: bool = False) -> str | None:
    """What is wrong with the words behind `blindspot`, if anything.

    Of a command that is shown whole no word that has to be there may lack.
    """
    command: Any = get_command(app)
    rest, said = list(words), ["blindspot"]
    while inside := getattr(command, "commands", None):
        if not rest or rest[0].startswith("-"):
            break
        name = rest.pop(0)
        if "|" in name:
            several = [[*said[1:], one, *rest] for one in name.split("|")]
            return next(filter(None, map(command_problem, several)), None)
        if name not in inside:
            return f"{' '.join(said)} has no command {name}"
        said.append(name)
        command = inside[name]
    if rest == [] and getattr(command, "commands", None):
        return f"{' '.join(said)}: which of {sorted(command.commands)}"
    return _options_problem(command, rest, " ".join(said), is_whole)


def _options_problem(
    command: Any, words: list[str], said: str, is_whole: bool
) -> str | None:
    if words == ["--help"]:
        return None
    context = command.make_context(said, list(words), resilient_parsing=True)
    context.resilient_parsing = False
    try:
        given, left, _ = command.make_parser(context).parse_args(list(words))
    except Exception as error:  # noqa: BLE001 - whatever the parser dislikes
        return f"{said}: {error}"
    if left:
        return f"{said} does not take {left}"
    needed = {p.name for p in command.params if p.required and not p.envvar}
    lacking = sorted(name for name in needed if given.get(name) is None)
    return f"{said} lacks {lacking}" if is_whole and lacking else None


def settings_problem(span: str) -> str | None:
    """What is wrong with a span that names a setting: `[section]` or `[section] key`."""
    match = re.fullmatch(r"\[(\w+)\](?:\s+(\w+)(?:\s*=.*)?)?", span)
    if not match:
        return None
    section, key = match.groups()
    field = Config.model_fields.get(section)
    if field is None:
        return f"blindspot.toml has no [{section}]"
    known = getattr(field.annotation, "model_fields", None)
    if key and known is not None and key not in known:
        return f"[{section}] has no {key}"
    return None


def files_named(span: str) -> list[str]:
    """Paths of the repository that a span names, `::name` of a test with them."""
    match = re.fullmatch(rf"({_FILE.pattern})(?:::(\w+))?", span)
    return [span] if match else []


def file_problem(span: str) -> str | None:
    """What is wrong with a path of the repository, if anything."""
    path, _, name = span.partition("::")
    pattern = re.sub(r"<\w+>", "*", path)
    found = [*ROOT.glob(pattern.rstrip("/"))]
    if not found:
        return f"{path} is not there"
    if name and not re.search(rf"^(def )?{name}\b", found[0].read_text("utf-8"), re.M):
        return f"{path} has no {name}"
    return None


@cache
def make_targets() -> frozenset[str]:
    text = (ROOT / "Makefile").read_text("utf-8")
    return frozenset(re.findall(r"^([a-z-]+):", text, flags=re.MULTILINE))


def targets_of(page: Document) -> list[str]:
    """Every target in a `make target` of a page."""
    text = "\n".join([*page.spans, *(block for _, block in page.blocks)])
    return re.findall(r"(?:^|\$ )(?:[A-Z]+=\S+ )*make ([a-z][a-z-]*)", text, re.M)


def link_problem(page: Document, href: str) -> str | None:
    """What is wrong with a link of a page, if anything; the world outside is not asked."""
    if re.match(r"(https?|mailto):", href):
        return None
    target, _, anchor = href.partition("#")
    file = (page.path.parent / target).resolve() if target else page.path
    if not file.is_file():
        return f"{href} leads nowhere"
    if anchor and (file.suffix != ".md" or anchor not in read(file).anchors):
        return f"{href}: no such heading"
    return None
