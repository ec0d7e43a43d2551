"""The doctor: every fault that is made is found, with what mends it; a sound one is told."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.clock import SEOUL, seoul_clock
from flows.doctor import ALL_CHECKS, examine
from pipeline.accesslog import AccessLog
from pipeline.office import take_lock
from pipeline.settings import load_office
from tests.lib.towns import AS_OF, blindspot, copy_town, done, make_town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_town(tmp_path_factory.mktemp("doctor") / "office", months=4)
    done("ingest", "--office", str(root), "--as-of", AS_OF.isoformat())
    done("screen", "--office", str(root), "--as-of", AS_OF.isoformat())
    return root


@pytest.fixture
def office(town: Path, tmp_path: Path) -> Path:
    return copy_town(town, tmp_path / "office")


def told(root: Path, now: datetime | None = None) -> list[dict[str, Any]]:
    return examine(load_office(root), now or seoul_clock())


def of(check: str, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in found if one["check"] == check]


def open_a_list(root: Path) -> None:
    (root / "data" / "warehouse.duckdb").chmod(0o644)


def lose_a_key(root: Path) -> None:
    (root / "keys" / "vault.key").unlink()


def put_the_keys_beside_the_data(root: Path) -> None:
    (root / "keys").rename(root / "data" / "keys")
    settings = root / "blindspot.toml"
    settings.write_text(settings.read_text().replace('"keys"', '"data/keys"'))


def cut_the_log(root: Path) -> None:
    (file,) = AccessLog(root / "data").files()
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:2]))


def let_the_letters_end(root: Path) -> None:
    ledger = root / "ledger.toml"
    lines = ledger.read_text().splitlines()
    ended = ["expires_on = 2020-01-02" if "expires_on" in x else x for x in lines]
    begun = ["valid_from = 2020-01-01" if "valid_from" in x else x for x in ended]
    ledger.write_text("\n".join(begun) + "\n")


def name_an_anchor_that_is_away(root: Path) -> None:
    settings = root / "blindspot.toml"
    text = settings.read_text().replace("anchors = []", 'anchors = ["/not/mounted"]')
    settings.write_text(text)


def fail_a_step(root: Path) -> None:
    where = ("--office", str(root), "--as-of", AS_OF.isoformat())
    assert blindspot(
        "export", *where, "--only", "없는동", "--confirm-by", "김"
    ).exit_code


FAULTS: tuple[tuple[str, str, Callable[[Path], None]], ...] = (
    ("permissions", "bad", open_a_list),
    ("keys", "bad", lose_a_key),
    ("keys", "bad", put_the_keys_beside_the_data),
    ("access log", "bad", cut_the_log),
    ("access log", "bad", name_an_anchor_that_is_away),
    ("ledger", "bad", let_the_letters_end),
    ("runs", "bad", fail_a_step),
)


def test_a_sound_office_has_nothing_bad_and_every_check_speaks(office: Path) -> None:
    found = told(office)
    assert {one["check"] for one in found} == set(ALL_CHECKS)
    assert [one for one in found if one["level"] == "bad"] == []
    assert all(one["mend"] for one in found if one["level"] != "good")


@pytest.mark.parametrize(("check", "level", "break_it"), FAULTS)
def test_what_is_broken_is_found_and_mended_by_what_it_says(
    office: Path, check: str, level: str, break_it: Callable[[Path], None]
) -> None:
    assert level not in {one["level"] for one in of(check, told(office))}
    break_it(office)
    symptoms = [one for one in of(check, told(office)) if one["level"] == level]
    assert symptoms
    assert all(one["mend"] for one in symptoms)


def test_a_clock_that_was_set_back_and_a_night_that_is_late(office: Path) -> None:
    (clock,) = [
        one
        for one in of("clock", told(office, datetime(2020, 1, 1, tzinfo=SEOUL)))
        if one["level"] == "bad"
    ]
    assert "set the clock" in clock["mend"]
    settings = load_office(office)
    from pipeline.office import open_warehouse

    with open_warehouse(settings) as warehouse:
        warehouse.execute("UPDATE log_run SET flow = 'nightly' WHERE flow = 'screen'")
    (late,) = [
        one
        for one in of("runs", told(office, seoul_clock() + timedelta(hours=27)))
        if one["level"] == "bad"
    ]
    assert "nightly" in late["mend"]


def test_an_office_in_use_is_examined_as_far_as_it_goes(office: Path) -> None:
    lock = take_lock(load_office(office))
    try:
        found = told(office)
    finally:
        lock.close()
    assert "were not looked at" in of("data", found)[0]["what"]
    assert of("keys", found)


def test_the_command_ends_with_8_if_anything_is_bad(office: Path) -> None:
    words = ("doctor", "--office", str(office))
    assert blindspot(*words).exit_code == 0
    (office / "logs").chmod(0o755)
    result = blindspot(*words, "--json")
    assert result.exit_code == 8
    assert json.loads(result.stdout)[0].keys() == {"check", "level", "what", "mend"}
