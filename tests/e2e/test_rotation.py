"""New keys for old: every id over a map, nothing else changed, whole at every moment."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.identity import keys_in, load_keys
from pipeline.office import open_warehouse
from pipeline.rotation import rotated
from pipeline.settings import load_office
from pipeline.warehouse import Warehouse
from tests.lib.killed import killed_at
from tests.lib.towns import AS_OF, blindspot, copy_town, done, make_town

DAY = ("--as-of", AS_OF.isoformat())
NEXT_DAY = ("--as-of", "2026-09-01")
PERSONS = ("keys", "rotate", "--which", "persons")
DATABASES = ("keys", "rotate", "--which", "databases")
ID = re.compile(r"[0-9a-f]{32}|[HA][0-9a-f]{15}")
# Accounts, people with and without an account, who lives where; few files, all kinds.
WANTED = ("KIKcd", "RESIDENT", "TEAM", "KEPCO", "NPS", "BENEFIT")
# What tells of commands, not of people.
OF_RUNS = {"log_access_head", "log_key_rotation", "core_key_check", "log_run"}
FORMER = "vault_former_household"
Tables = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few sources, all loaded but the newest files; a round published."""
    folder = tmp_path_factory.mktemp("rotation")
    root = make_town(folder / "office", households=100, months=2)
    later = root / "later"
    later.mkdir()
    for path in sorted(root.joinpath("inbox").iterdir()):
        if not path.name.startswith(WANTED):
            path.unlink()
        elif path.name.startswith(("KEPCO", "NPS")) and "202606" in path.name:
            path.rename(later / path.name)
    assert list(later.iterdir())
    where = ("--office", str(root))
    done("ingest", *DAY, *where)
    done("screen", *DAY, *where)
    done("export", *DAY, "--confirm-by", "김담당", *where)
    return root


@pytest.fixture
def office(town: Path, tmp_path: Path) -> Path:
    return copy_town(town, tmp_path / "office")


def tables(root: Path) -> Tables:
    with open_warehouse(load_office(root), read_only=True) as warehouse:
        return {name: rows for name, rows in _tables(warehouse)}


def _tables(warehouse: Warehouse) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    for database, table in warehouse.rows(
        "SELECT database_name, table_name FROM duckdb_tables() "
        "WHERE database_name IN ('warehouse', 'vault') ORDER BY ALL"
    ):
        if table not in OF_RUNS:
            name = f'{database}.main."{table}"'
            yield table, warehouse.rows(f"SELECT * FROM {name} ORDER BY rowid")


def map_of(before: Tables, after: Tables) -> dict[str, str]:
    """Former to present ids: rows of the same file and place are the same rows."""
    known: dict[str, str] = dict(row[:2] for row in after[FORMER])
    for table in sorted(before):
        if table.startswith("acc_") or table == "core_account_key":
            for one, other in zip(before[table], after[table], strict=True):
                for old, new in zip(one, other, strict=True):
                    if isinstance(old, str) and re.fullmatch("[0-9a-f]{32}", old):
                        assert known.setdefault(old, new) == new
    return known


def over(known: dict[str, str], value: Any) -> Any:
    if isinstance(value, str):
        return ID.sub(lambda found: known.get(found[0], found[0]), value)
    return value


def assert_same_over(known: dict[str, str], before: Tables, after: Tables) -> None:
    for table, rows in before.items():
        mapped = [tuple(over(known, value) for value in row) for row in rows]
        assert mapped == after[table], table


def but(tables: Tables, *names: str) -> Tables:
    return {name: rows for name, rows in tables.items() if name not in names}


def rotated_persons(root: Path) -> None:
    where = ("--office", str(root))
    done(*PERSONS, "--begin", *where)
    done(*PERSONS, "--finish", "--close-round", *DAY, *where)


def test_databases_get_new_keys_at_one_moment_and_no_row_changes(
    office: Path, tmp_path: Path
) -> None:
    where = ("--office", str(office))
    (tmp_path / "disk").mkdir()
    done("backup", "--to", str(tmp_path / "disk"), *where)
    (copy,) = (tmp_path / "disk").iterdir()
    former = Path(shutil.copytree(office / "keys", tmp_path / "former"))
    before, place, then = tables(office), load_office(office), keys_in(former)
    # Its own files: two keys, their folder, two databases; before the data folder
    # is on the disk nothing has changed.
    killed_at(6, *DATABASES, *where)
    assert tables(office) == before
    assert load_keys(place).vault.text() == then.vault.text()
    # The key folder, the old warehouse, its folder: killed before the old vault is.
    killed_at(10, *DATABASES, *where)
    assert rotated(place.vault_file).exists()
    assert tables(office) == before
    assert not rotated(place.vault_file).exists()
    names = {path.name for path in (office / "keys").iterdir()}
    assert names == {"person.key", "warehouse.key", "vault.key"}
    now = load_keys(place)
    assert now.person.text() == then.person.text()
    assert now.warehouse.text() != then.warehouse.text()
    assert now.vault.text() != then.vault.text()
    # A backup of before opens with the former keys, with these not: it is told.
    done("verify", str(copy), "--keys", str(former))
    assert blindspot("verify", str(copy), "--keys", str(office / "keys")).exit_code == 4
    done(*DATABASES, *where)
    assert tables(office) == before
    shutil.copy(former / "vault.key", office / "keys" / "vault.key")
    wrong = blindspot("status", *where)
    assert wrong.exit_code == 4
    assert "does not open this database" in wrong.output


@dataclass(frozen=True)
class Changed:
    """An office whose person key was changed, and what was told before."""

    root: Path
    before: Tables
    referral: str
    household: str
    told: str
    former: str


@pytest.fixture(scope="module")
def changed(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Changed:
    root = copy_town(town, tmp_path_factory.mktemp("changed") / "office")
    before = tables(root)
    referral, household = before["out_issued"][0][3:5]
    told = done("explain", referral, "--json", "--office", str(root)).stdout
    former = (root / "keys" / "person.key").read_text()
    rotated_persons(root)
    return Changed(root, before, referral, household, told, former)


def test_the_past_still_resolves(changed: Changed) -> None:
    where = ("--office", str(changed.root))
    again = done("explain", changed.referral, "--json", *where).stdout
    assert [line for line in again.splitlines() if not ID.search(line)] == [
        line for line in changed.told.splitlines() if not ID.search(line)
    ]
    # The log is chained and stays as it was: it is found by the id of then.
    shown = done("access", "show", "--whose", changed.referral, "--json", *where).stdout
    assert changed.household in shown
    done("access", "verify", *where)
    assert '"keys rotate"' in done("access", "show", "--json", *where).stdout
    # What was drawn is not drawn anew; a round beside it may be.
    closed = blindspot("screen", *DAY, *where)
    assert closed.exit_code == 9
    assert "2026-R4 was listed before the person key was changed" in closed.output
    (run,) = {row[0] for row in changed.before["log_listing"]}
    done("backfill", "--from", "2026-07", "--to", "2026-07", *where)
    (replay,) = {row[0] for row in tables(changed.root)["log_listing"]} - {run}
    done("runs", "diff", run, replay, *where)


def test_every_table_is_the_same_over_the_map_and_so_is_what_comes_later(
    town: Path, changed: Changed, tmp_path: Path
) -> None:
    office, before = copy_town(changed.root, tmp_path / "office"), changed.before
    other = copy_town(town, tmp_path / "other")
    after = tables(office)
    known = map_of(before, after)
    assert_same_over(known, but(before, "log_screen", "log_listing"), after)
    assert all(old != new for old, new in known.items())
    kept = "".join(str(row) for name in after if name != FORMER for row in after[name])
    assert not set(known) & set(ID.findall(kept))
    assert changed.former[:64] not in (office / "keys" / "person.key").read_text()
    assert not (office / "keys" / "person.next.key").exists()
    # Files of later: who is known is known again under the id of now.
    for root in (office, other):
        for path in (root / "later").iterdir():
            shutil.move(path, root / "inbox" / path.name)
        done("ingest", *NEXT_DAY, "--office", str(root))
        done("screen", *NEXT_DAY, "--office", str(root))
    unchanged, now = tables(other), tables(office)
    again = map_of(unchanged, now)
    assert {old: again[old] for old in known} == known
    assert len(again) > len(known)
    homes = [
        {kind + old[:15]: kind + new[:15] for old, new in again.items()}
        for kind in "HA"
    ]
    known = homes[0] | homes[1] | again
    for name in ("acc_kepco", "acc_nps", "core_account_key"):
        mapped = [tuple(over(known, v) for v in row) for row in unchanged[name]]
        assert mapped == now[name], name
    assert len(unchanged["acc_kepco"]) > len(before["acc_kepco"])
    # Made anew from the files, in the order of other ids: the same, as sets.
    for name in ("core_household", "core_link", "core_event", "feat_matrix", "out_score",
                 "out_eligibility", "out_policy", "core_coverage"):  # fmt: skip
        mapped = [tuple(over(known, v) for v in row) for row in unchanged[name]]
        assert sorted(map(repr, mapped)) == sorted(map(repr, now[name])), name


def without_registers(root: Path) -> None:
    for path in root.joinpath("inbox").glob("RESIDENT*"):
        path.unlink()


def test_who_was_in_no_file_is_told_and_a_killed_finish_goes_on(office: Path) -> None:
    where = ("--office", str(office))
    without_registers(office)
    none = blindspot(*PERSONS, "--finish", *where)
    assert none.exit_code == 9
    assert "no change of the person key was begun" in none.output
    done(*PERSONS, "--begin", *where)
    words = (*PERSONS, "--finish", "--close-round", *DAY, *where)
    refused = blindspot(*words)
    assert refused.exit_code == 9
    assert "people who live here were in no file" in refused.output
    before = tables(office)
    # Its own files: three keys, their folder, two databases, the data folder; after
    # the switch its folder, the old warehouse, the data folder, the old vault.
    killed_at(11, *words, "--allow-unseen")
    after = tables(office)
    assert_same_over(
        map_of(before, after), but(before, "core_key_pair", "core_key_pair_file"), after
    )
    assert not (office / "keys" / "person.next.key").exists()


def test_a_damaged_coming_key_is_told_and_a_change_can_be_given_up(
    office: Path,
) -> None:
    where = ("--office", str(office))
    without_registers(office)
    done(*PERSONS, "--begin", *where)
    begun = blindspot(*PERSONS, "--finish", "--allow-unseen", *DAY, *where)
    assert begun.exit_code == 9
    assert "finish on 2026-09-01" in begun.output
    file = office / "keys" / "person.next.key"
    file.write_text("00" + file.read_text()[2:])
    wrong = blindspot(*PERSONS, "--finish", *where)
    assert wrong.exit_code == 4
    assert "person.next.key is damaged" in wrong.output
    done(*PERSONS, "--cancel", *where)
    assert not file.exists()
    done("status", *where)
