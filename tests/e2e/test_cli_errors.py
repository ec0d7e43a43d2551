"""Every way to get it wrong: one message, one next step, one exit code."""

import errno
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.failures import exit_code_of
from pipeline.office import take_lock
from pipeline.settings import load_office
from tests.lib.towns import blindspot, done, make_town

DAY = ("--as-of", "2026-07-01")
Spoil = Callable[[Path], object]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with files in its inbox, nothing loaded."""
    return make_town(
        tmp_path_factory.mktemp("errors") / "office", households=100, months=1
    )


@pytest.fixture
def office(town: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(town, tmp_path / "office"))


@dataclass(frozen=True)
class Wrong:
    """A command on an office that was spoilt before, and how it must end."""

    name: str
    words: tuple[str, ...]
    exit_code: int
    says: str
    spoil: Spoil | None = None


def _edit(text: str, by: str) -> Spoil:
    def spoil(root: Path) -> None:
        file = root / "blindspot.toml"
        file.write_text(file.read_text("utf-8").replace(text, by), "utf-8")

    return spoil


def _remove(name: str) -> Spoil:
    def spoil(root: Path) -> None:
        path = root / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return spoil


def _other_keys(root: Path) -> None:
    done("ingest", "--office", str(root), *DAY)
    shutil.rmtree(root / "keys")
    text = root.joinpath("blindspot.toml").read_text("utf-8")
    other = root / "other"
    done("init", "--office", str(other), "--synthetic-seed", "99")
    shutil.move(other / "keys", root / "keys")
    shutil.rmtree(other)
    root.joinpath("blindspot.toml").write_text(text, "utf-8")


def _empty_inbox(root: Path) -> None:
    for file in (root / "inbox").iterdir():
        file.unlink()


WRONG = [
    Wrong("date", ("ingest", "--as-of", "2026-02-30"), 2, "YYYY-MM-DD"),
    Wrong("date form", ("ingest", "--as-of", "20260701"), 2, "YYYY-MM-DD"),
    Wrong("no date", ("ingest",), 2, "--as-of"),
    Wrong("option", ("ingest", "--asof", "2026-07-01"), 2, "--as-of"),
    Wrong("command", ("ingset",), 2, "ingest"),
    Wrong("round", ("screen", *DAY, "--round", "2026-07"), 2, "YYYY-Rn"),
    Wrong("model", ("screen", *DAY, "--model", "magic"), 8, "scorecard_v1"),
    Wrong("flow", ("run", "weekly"), 2, "nightly"),
    Wrong("step", ("run", "nightly", "--from", "export"), 2, "screen"),
    Wrong("cron", ("serve", "--cron", "every night"), 2, "five fields"),
    Wrong(
        "train cron",
        ("serve",),
        2,
        "five fields",
        _edit('train_cron = ""', 'train_cron = "monthly"'),
    ),
    Wrong("nobody named", ("explain",), 2, "--household"),
    Wrong("second init", ("init", "--dong-prefix", "44"), 3, "already"),
    Wrong("bad toml", ("status",), 3, "line", _edit("[office]", "[office")),
    Wrong("bad setting", ("status",), 3, "weaks", _edit("weeks =", "weaks =")),
    Wrong(
        "real people",
        ("twin", *DAY),
        3,
        "real people",
        _edit("synthetic = true", "synthetic = false"),
    ),
    Wrong("no keys", ("ingest", *DAY), 4, "missing", _remove("keys")),
    Wrong("other keys", ("ingest", *DAY), 4, "key", _other_keys),
    Wrong("empty inbox", ("ingest", *DAY), 6, "no files", _empty_inbox),
    Wrong("not loaded", ("screen", *DAY), 9, "blindspot ingest"),
    Wrong("not screened", ("explain", "R20264-00000000K"), 9, "blindspot"),
    Wrong("not confirmed", ("run", "round", *DAY), 10, "--confirm-by"),
    Wrong("not fitted", ("screen", *DAY, "--model", "logistic_v1"), 9, "train"),
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_a_mistake_ends_in_one_message_and_its_own_exit_code(
    office: Path, wrong: Wrong
) -> None:
    if wrong.spoil:
        wrong.spoil(office)
    result = blindspot(*wrong.words, env={"BLINDSPOT_OFFICE": str(office)})
    told = " ".join(result.stderr.split())
    assert result.exit_code == wrong.exit_code, told
    assert wrong.says in told
    assert result.stdout == ""
    assert "Traceback" not in told
    assert "{" not in told
    if wrong.exit_code != 2:
        assert told.startswith("Error: ")
        assert told.count(" → ") == 1


def test_a_missing_office_is_told_with_how_to_make_one(tmp_path: Path) -> None:
    result = blindspot("status", "--office", str(tmp_path))
    assert result.exit_code == 3
    assert "blindspot init" in result.stderr


def test_a_second_run_is_told_who_holds_the_office(office: Path) -> None:
    lock = take_lock(load_office(office))
    try:
        result = blindspot("ingest", "--office", str(office), *DAY)
        assert (result.exit_code, "process" in result.stderr) == (7, True)
        status = blindspot("status", "--office", str(office))
        assert (status.exit_code, "in use by" in status.stdout) == (0, True)
    finally:
        lock.close()
    assert blindspot("ingest", "--office", str(office), *DAY).exit_code == 0


@pytest.mark.parametrize(
    ("error", "code"), [(KeyboardInterrupt, 130), (ValueError, 70)]
)
def test_what_breaks_a_command_is_told_in_one_line_without_its_message(
    office: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], code: int
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error("홍길동")

    monkeypatch.setattr("pipeline.ingest.ingest_inbox", broken)
    result = blindspot("ingest", "--office", str(office), *DAY)
    assert result.exit_code == code
    log = (office / "logs" / "blindspot.log").read_text("utf-8")
    assert "홍길동" not in result.output + log
    assert "Traceback" not in result.output
    if code == 70:
        assert "ValueError" in log
        assert "test_cli_errors.py" in log
    monkeypatch.undo()
    (office / "inbox").rename(office / "put aside")
    (office / "inbox").mkdir()
    assert blindspot("ingest", "--office", str(office), *DAY).exit_code == 6


def test_a_refused_file_has_an_exit_code_and_the_others_are_loaded(
    office: Path,
) -> None:
    (office / "inbox" / "mystery.csv").write_text("?", "utf-8")
    result = blindspot("ingest", "--office", str(office), *DAY)
    assert result.exit_code == 5
    assert "refused mystery.csv" in result.stderr
    assert "loaded" in result.stdout


def test_a_demo_replaces_nothing_but_a_demo(office: Path, tmp_path: Path) -> None:
    assert blindspot("demo", "--office", str(office)).exit_code == 3
    other = tmp_path / "papers"
    other.mkdir()
    (other / "letter.txt").touch()
    assert blindspot("demo", "--office", str(other)).exit_code == 3
    assert (other / "letter.txt").exists()
    assert (office / "inbox").exists()


def test_an_interrupt_while_a_library_loads_is_an_interrupt(
    capsys: pytest.CaptureFixture[str],
) -> None:
    broken = ImportError()
    broken.__cause__ = KeyboardInterrupt()
    assert exit_code_of(broken) == 130
    assert exit_code_of(ImportError()) == 70
    assert capsys.readouterr().err.startswith("interrupted")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "the disk is full"),
        (MemoryError(), "memory ran out"),
        (RuntimeError("can't start new thread"), "memory ran out"),
        (ImportError("x.so: failed to map segment from shared object"), "memory ran"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "memory ran out"),
    ],
)
def test_what_ran_out_is_told_whoever_noticed(
    error: Exception, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code_of(error) == 11
    said = capsys.readouterr().err
    assert told in said
    assert "run again" in said
