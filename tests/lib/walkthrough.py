"""Runs the shell blocks of a page in their order, as a reader would type them.

A block `console`: `$ ` begins a command, what follows is what it prints; `...` stands
for any lines, or for any part of one. A block `toml` whose first line is a comment with
a path is appended to that file.
"""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

from tests.lib.towns import blindspot


@dataclass(frozen=True)
class Step:
    """A command with what it is said to print, or text for a file."""

    line: int
    text: str
    printed: tuple[str, ...] = ()
    file: str = ""


def steps(page: Path, section: str) -> Iterator[Step]:
    """The steps of one section (a heading of the second level) of a page."""
    is_inside = False
    tokens = MarkdownIt("commonmark").parse(page.read_text("utf-8"))
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            is_inside = tokens[place + 1].content == section
        if not is_inside or token.type != "fence" or token.map is None:
            continue
        line = token.map[0] + 1
        if token.info == "console":
            yield from _console(token.content, line)
        elif token.info == "toml":
            first, _, rest = token.content.partition("\n")
            yield Step(line, "\n" + rest, file=first.removeprefix("# "))


def _console(text: str, line: int) -> Iterator[Step]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *printed = part.replace("\\\n", " ").rstrip("\n").split("\n")
        yield Step(line, command, tuple(printed))


@dataclass
class Shell:
    """Where the reader stands: a folder and the variables that were exported."""

    folder: Path
    env: dict[str, str]

    def run(self, step: Step) -> tuple[int, str]:
        """Carry a step out: its exit code and what it printed.

        `blindspot` runs in this process, which is the folder's own by then; anything
        else in a shell.
        """
        if step.file:
            # The program's settings are shown to be edited, not to be appended.
            if (self.folder / step.file).exists():
                with (self.folder / step.file).open("a", encoding="utf-8") as file:
                    file.write(step.text)
            return 0, ""
        if exported := re.fullmatch(r"export (\w+)=(\S+)", step.text):
            self.env[exported[1]] = exported[2]
            return 0, ""
        setup, _, command = step.text.rpartition(" && ")
        words = shlex.split(command, comments=True)
        if words[0] != "blindspot":
            return self._bash(step.text)
        if setup:
            code, told = self._bash(setup)
            if code:
                return code, told
        result = blindspot(*words[1:], env=self.env)
        return result.exit_code, result.output

    def _bash(self, command: str) -> tuple[int, str]:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env={**os.environ, "LC_ALL": "C.UTF-8", **self.env},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


def prints(expected: tuple[str, ...], told: str) -> bool:
    """Does a command print what a page says? The width of columns does not count."""
    pattern = ""
    for line in expected:
        if line == "...":
            pattern += r"(?:.*\n)*?"
        else:
            parts = [re.escape(" ".join(p.split())) for p in line.split("...")]
            pattern += ".*".join(parts) + r"\n"
    lines = "".join(" ".join(line.split()) + "\n" for line in told.splitlines())
    return re.fullmatch(pattern, lines) is not None
