"""A copy on another disk: whole, closed, proved, and an office again; drilled."""

import csv
import shutil
import stat
from pathlib import Path

import pytest

from pipeline.office import take_lock
from pipeline.settings import load_office
from tests.lib.killed import killed_at
from tests.lib.towns import AS_OF, blindspot, copy_town, done, make_listed_town

DAY = ("--as-of", AS_OF.isoformat())
BY = ("--confirm-by", "김담당")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_listed_town(tmp_path_factory.mktemp("backup") / "office")


@pytest.fixture(scope="module")
def made(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    disk = tmp_path_factory.mktemp("disk")
    done("backup", "--office", str(town), "--to", str(disk))
    (copy,) = disk.iterdir()
    return copy


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / made.name))


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def restored(copy: Path, town: Path, root: Path) -> Path:
    words = ("--keys", str(town / "keys"), "--office", str(root))
    done("restore", str(copy), *words)
    return root


def test_a_restored_office_goes_on_to_the_same_bytes(
    copy: Path, town: Path, tmp_path: Path
) -> None:
    original = copy_town(town, tmp_path / "original")
    root = restored(copy, town, tmp_path / "new")
    assert files(root / "rounds") == files(original / "rounds")
    for office in (original, root):
        where = ("--office", str(office))
        done("screen", *DAY, *where, "--model", "signs_v1")
        done("export", *DAY, *BY, *where)
    again = files(root / "rounds")
    assert again == files(original / "rounds")
    assert len({name.split("/")[0] for name in again}) == 2
    assert blindspot("access", "verify", "--office", str(root)).exit_code == 0
    assert blindspot("doctor", "--office", str(root)).exit_code == 0


def test_a_copy_tells_nobody_anything(made: Path, town: Path) -> None:
    (folder,) = (town / "rounds").iterdir()
    names = set()
    for file in folder.glob("의뢰목록*.csv"):
        with file.open(encoding="utf-8-sig", newline="") as opened:
            names |= {row["성명"] for row in csv.DictReader(opened)}
    assert len(names) > 3
    held = files(made)
    for name, content in held.items():
        assert not any(one.encode() in content for one in names if one), name
        assert not name.endswith(".key")
        assert stat.S_IMODE((made / name).stat().st_mode) == 0o600
    assert not any("inbox" in name for name in held)
    for key in (town / "keys").glob("*.key"):
        digits = key.read_text().partition("-")[0].encode()
        assert not any(digits in content for content in held.values())


def test_every_file_that_is_changed_lost_or_added_is_found(copy: Path) -> None:
    assert blindspot("verify", str(copy)).exit_code == 0
    for name, content in files(copy).items():
        path = copy / name
        middle = len(content) // 2
        changed = bytes([content[middle] ^ 1]) if content else b"x"
        path.write_bytes(content[:middle] + changed + content[middle + 1 :])
        result = blindspot("verify", str(copy))
        # Of the manifest a changed name, sum or count of rows shows with the keys.
        assert result.exit_code == 2 or name == "manifest.json", name
        path.unlink()
        assert blindspot("verify", str(copy)).exit_code == 2, name
        path.write_bytes(content)
    (copy / "files" / "more.txt").write_text("x")
    result = blindspot("verify", str(copy))
    assert result.exit_code == 2
    assert "no part of it" in result.output


def test_a_copy_opens_with_its_own_keys_alone(
    copy: Path, town: Path, tmp_path: Path
) -> None:
    own = ("--keys", str(town / "keys"))
    assert blindspot("verify", str(copy), *own).exit_code == 0
    manifest = copy / "manifest.json"
    text = manifest.read_text()
    rows = '"warehouse.core_file": '
    manifest.write_text(text.replace(rows, rows + "9"))
    result = blindspot("verify", str(copy), *own)
    assert result.exit_code == 2
    assert "core_file holds other rows" in result.output
    manifest.write_text(text)
    other = tmp_path / "other"
    done("init", "--office", str(other), "--synthetic-seed", "99")
    for words in (("verify",), ("restore", "--office", str(tmp_path / "new"))):
        result = blindspot(
            words[0], str(copy), *words[1:], "--keys", str(other / "keys")
        )
        assert result.exit_code == 4, result.output
    assert not (tmp_path / "new").exists()
    none = ("--keys", str(tmp_path / "none"), "--office", str(tmp_path / "new"))
    assert blindspot("restore", str(copy), *none).exit_code == 4
    assert {path.name for path in tmp_path.iterdir()} == {copy.name, "other"}


def test_nothing_is_restored_over_an_office(copy: Path, town: Path) -> None:
    words = ("--keys", str(town / "keys"), "--office", str(town))
    assert blindspot("restore", str(copy), *words).exit_code == 3


def test_an_office_whose_data_lay_elsewhere_lives_in_its_own_folder_again(
    town: Path, tmp_path: Path
) -> None:
    office = copy_town(town, tmp_path / "office")
    far, disk = tmp_path / "far", tmp_path / "disk"
    disk.mkdir()
    (office / "data").rename(far)
    settings = office / "blindspot.toml"
    settings.write_text(
        settings.read_text().replace('data = "data"', f'data = "{far}"')
    )
    done("backup", "--office", str(office), "--to", str(disk))
    (copy,) = disk.iterdir()
    before = files(far)
    root = restored(copy, town, tmp_path / "new")
    assert load_office(root).path("data") == root / "data"
    assert load_office(root).config.office == load_office(town).config.office
    done("screen", *DAY, "--office", str(root))
    assert files(far) == before


def test_a_copy_is_not_begun_where_it_cannot_end(town: Path, tmp_path: Path) -> None:
    words = ("backup", "--office", str(town), "--to")
    assert blindspot(*words, str(tmp_path / "not mounted")).exit_code == 11
    lock = take_lock(load_office(town))
    try:
        assert blindspot(*words, str(tmp_path)).exit_code == 7
    finally:
        lock.close()
    empty = tmp_path / "empty"
    done("init", "--office", str(empty), "--synthetic-seed", "5")
    result = blindspot("backup", "--office", str(empty), "--to", str(tmp_path))
    assert result.exit_code == 9
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


@pytest.mark.parametrize("at", [1, 4])
def test_a_killed_copy_never_appears_and_the_next_one_is_whole(
    town: Path, tmp_path: Path, at: int
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    words = ("backup", "--office", str(town), "--to", str(disk))
    killed_at(at, *words, part="disk")
    assert all(path.name.startswith(".part-") for path in disk.iterdir())
    done(*words)
    (copy,) = disk.glob("blindspot-backup-*")
    assert blindspot("verify", str(copy)).exit_code == 0
    assert [path for path in disk.iterdir() if path.name.startswith(".part-")] == []
