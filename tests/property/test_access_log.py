"""Whatever is done to the access log's files is found; left alone, nothing is."""

import json
import multiprocessing as mp
import resource
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.access_verify import Known, verify
from pipeline.accesslog import AccessLog, Actor, Event, Head, hash_of
from pipeline.errors import DiskError

ACTOR = Actor("analyst", "city-1", 7)
COUNT = 12


def event(number: int) -> Event:
    ids = tuple(f"H{number:03}{place}" for place in range(number % 4))
    return Event("explain", "ended", "audit", ids, {"round": "2026-R4"}, "done")


def moment(number: int) -> str:
    return f"2026-{10 + number // 7:02}-{number + 1:02}T09:00:00+09:00"


def filled(folder: Path, count: int = COUNT) -> tuple[AccessLog, Head]:
    log = AccessLog(folder)
    for number in range(count):
        log.append(moment(number), ACTOR, event(number))
    return log, log.head()


Lines = list[tuple[Path, str]]


def read(log: AccessLog) -> Lines:
    return [
        (file, line) for file in log.files() for line in file.read_text().splitlines()
    ]


def write(log: AccessLog, lines: Lines) -> None:
    for file in log.files():
        kept = [text for where, text in lines if where == file]
        file.write_text("".join(text + "\n" for text in kept))


def edit(lines: Lines, a: int, _: int) -> Lines:
    where, text = lines[a]
    entry = json.loads(text) | {"operator": "somebody"}
    return [*lines[:a], (where, json.dumps(entry)), *lines[a + 1 :]]


def edit_with_its_hash(lines: Lines, a: int, _: int) -> Lines:
    where, text = lines[a]
    entry = json.loads(text) | {"whose": ["H000"]}
    entry["hash"] = hash_of(entry)
    return [*lines[:a], (where, json.dumps(entry)), *lines[a + 1 :]]


def delete(lines: Lines, a: int, _: int) -> Lines:
    return [*lines[:a], *lines[a + 1 :]]


def double(lines: Lines, a: int, _: int) -> Lines:
    return [*lines[: a + 1], *lines[a:]]


def swap(lines: Lines, a: int, b: int) -> Lines:
    out = list(lines)
    out[a], out[b] = (lines[a][0], lines[b][1]), (lines[b][0], lines[a][1])
    return out


def cut(lines: Lines, a: int, _: int) -> Lines:
    return lines[:a]


def overwrite(lines: Lines, a: int, _: int) -> Lines:
    return [*lines[:a], (lines[a][0], "x" * len(lines[a][1])), *lines[a + 1 :]]


def chain_anew(lines: Lines, a: int, _: int) -> Lines:
    """What somebody does who knows how the chain is made."""
    out: Lines = []
    before, number = "0" * 64, 0
    for place, (where, text) in enumerate(lines):
        if place == a:
            continue
        number += 1
        entry: dict[str, Any] = json.loads(text) | {"n": number, "before": before}
        entry["hash"] = before = hash_of(entry)
        out.append((where, json.dumps(entry)))
    return out


TAMPERING = (
    edit, edit_with_its_hash, delete, double, swap, cut, overwrite, chain_anew
)  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[AccessLog, Head]:
    return filled(tmp_path_factory.mktemp("access"))


def test_left_alone_it_is_whole(whole: tuple[AccessLog, Head]) -> None:
    log, head = whole
    verdict = verify(log, [Known("anchor", head)])
    assert verdict.findings == ()
    assert (verdict.entries, verdict.head, verdict.kept) == (COUNT, head, 1)
    assert [file.name for file in log.files()] == ["2026-10.jsonl", "2026-11.jsonl"]


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    tamper=st.sampled_from(TAMPERING),
    a=st.integers(0, COUNT - 1),
    b=st.integers(0, COUNT - 1),
)
def test_whatever_is_done_to_it_is_found(
    whole: tuple[AccessLog, Head],
    tmp_path: Path,
    tamper: Callable[[Lines, int, int], Lines],
    a: int,
    b: int,
) -> None:
    log, head = whole
    copy = AccessLog(tmp_path)
    shutil.rmtree(copy.folder, ignore_errors=True)
    shutil.copytree(log.folder, copy.folder)
    before = read(copy)
    after = tamper(before, a, b if tamper is not swap or a != b else (a + 1) % COUNT)
    write(copy, after)
    assert verify(copy, [Known("anchor", head)]).findings


def test_the_chain_alone_does_not_see_a_cut_end_and_says_how_much_it_compared(
    whole: tuple[AccessLog, Head], tmp_path: Path
) -> None:
    log, _ = whole
    copy = AccessLog(tmp_path)
    shutil.copytree(log.folder, copy.folder)
    write(copy, read(copy)[:5])
    verdict = verify(copy, [])
    assert (verdict.findings, verdict.kept) == ((), 0)


def test_a_month_taken_away_is_found(tmp_path: Path) -> None:
    log, _ = filled(tmp_path)
    log.files()[0].unlink()
    (finding,) = verify(log, []).findings
    assert finding.what == "entries 1 to 7 are missing before it"
    assert finding.where == "2026-11.jsonl line 1"


def test_a_torn_end_is_cut_by_the_next_entry(tmp_path: Path) -> None:
    log, head = filled(tmp_path)
    with log.files()[-1].open("a") as file:
        file.write('{"n": 13, "at": "2026-11')
    assert log.head() == head
    log.append(moment(12), ACTOR, event(12))
    verdict = verify(log, [Known("anchor", head)])
    assert (verdict.entries, verdict.findings) == (COUNT + 1, ())


@pytest.mark.parametrize("torn", ["", '{"n": 3, "whose": ["H' + "x" * 30_000])
def test_entries_longer_than_one_read_are_followed(tmp_path: Path, torn: str) -> None:
    log = AccessLog(tmp_path)
    many = tuple(f"H{number:06}" for number in range(20_000))
    for phase in ("handed", "ended"):
        log.append(moment(0), ACTOR, Event("export", phase, "discovery", many))
    with log.files()[-1].open("a") as file:
        file.write(torn)
    log.append(moment(1), ACTOR, event(1))
    verdict = verify(log, [])
    assert (verdict.entries, verdict.findings) == (3, ())


def test_a_clock_set_back_puts_nothing_before_the_last_entry(tmp_path: Path) -> None:
    log, _ = filled(tmp_path)
    log.append("2026-09-30T23:59:59+09:00", ACTOR, event(1))
    assert [file.name for file in log.files()] == ["2026-10.jsonl", "2026-11.jsonl"]
    assert verify(log, []).findings == ()


def _appends(folder: str) -> None:
    for number in range(25):
        AccessLog(Path(folder)).append(moment(number % 7), ACTOR, event(number))


def test_several_at_once_make_one_chain(tmp_path: Path) -> None:
    context = mp.get_context("spawn")
    workers = [
        context.Process(target=_appends, args=(str(tmp_path),)) for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    verdict = verify(AccessLog(tmp_path), [])
    assert (verdict.entries, verdict.findings) == (75, ())


def test_an_entry_that_the_disk_takes_in_part_is_none(tmp_path: Path) -> None:
    log, head = filled(tmp_path / "data", 3)
    (file,) = log.files()
    before, size = file.read_bytes(), file.stat().st_size
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40, hard))
    try:
        with pytest.raises(DiskError, match="cannot be written"):
            log.append(moment(3), ACTOR, event(3))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert file.read_bytes() == before
    assert log.append(moment(3), ACTOR, event(3)).number == head.number + 1
    assert not verify(log, [Known("elsewhere", head)]).findings
