"""Keys: who may read them, what they make, and that nothing shows them."""

import hashlib
import hmac
from pathlib import Path

import duckdb
import pytest

from data_contracts.identifiers import keyed_sql
from pipeline.errors import SecretError
from pipeline.identity import (
    account_key,
    create_keys,
    fingerprint,
    keyed,
    load_keys,
    pads,
    person_key,
    registry_no_key,
)
from tests.lib import files


def test_keys_are_for_their_owner_only(tmp_path: Path) -> None:
    office = files.office(tmp_path)
    create_keys(office)
    modes = {p.name: p.stat().st_mode & 0o777 for p in office.path("keys").iterdir()}
    assert modes == dict.fromkeys(["person.key", "vault.key", "warehouse.key"], 0o600)
    assert office.path("keys").stat().st_mode & 0o777 == 0o700


def test_a_seed_gives_the_same_keys_and_none_gives_others(tmp_path: Path) -> None:
    prints = [
        fingerprint(create_keys(files.office(tmp_path / name), seed))
        for name, seed in (("a", 1), ("b", 1), ("c", 2), ("d", None), ("e", None))
    ]
    assert prints[0] == prints[1]
    assert len(set(prints)) == 4


def test_the_three_keys_differ(tmp_path: Path) -> None:
    keys = create_keys(files.office(tmp_path), 1)
    assert len({k.text() for k in (keys.person, keys.warehouse, keys.vault)}) == 3


def test_a_real_office_never_has_seeded_keys(tmp_path: Path) -> None:
    office = files.office(tmp_path, synthetic=False)
    with pytest.raises(SecretError, match="never made from a seed"):
        create_keys(office, 1)
    assert not office.path("keys").exists()


def test_keys_are_never_overwritten(tmp_path: Path) -> None:
    office = files.office(tmp_path)
    first = fingerprint(create_keys(office))
    with pytest.raises(SecretError, match="holds keys already"):
        create_keys(office)
    assert fingerprint(load_keys(office)) == first


def _missing(file: Path) -> None:
    file.unlink()


def _open_to_all(file: Path) -> None:
    file.chmod(0o644)


def _cut(file: Path) -> None:
    file.write_text(file.read_text()[:40])


def _one_digit_other(file: Path) -> None:
    text = file.read_text()
    file.write_text(("1" if text[0] != "1" else "2") + text[1:])


def _binary(file: Path) -> None:
    file.write_bytes(b"\xff" * 40)


@pytest.mark.parametrize("name", ["person", "warehouse", "vault"])
@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (_missing, "is missing"),
        (_open_to_all, "chmod 600"),
        (_cut, "is damaged"),
        (_one_digit_other, "is damaged"),
        (_binary, "is damaged"),
    ],
)
def test_a_harmed_key_says_what_to_do(tmp_path: Path, name, harm, told) -> None:
    office = files.office(tmp_path)
    secret = getattr(create_keys(office), name).text()
    file = office.path("keys") / f"{name}.key"
    harm(file)
    with pytest.raises(SecretError, match=told) as caught:
        load_keys(office)
    assert f"{name}.key" in str(caught.value)
    assert secret[:12] not in str(caught.value)


def test_no_representation_shows_a_key(tmp_path: Path) -> None:
    keys = create_keys(files.office(tmp_path), 1)
    shown = f"{keys!r} {keys} {keys.person!r} {keys.person}"
    for secret in (keys.person, keys.warehouse, keys.vault):
        assert secret.text() not in shown
        assert repr(secret.reveal()) not in shown


def test_person_key_is_hmac_sha256_cut_to_16_bytes(tmp_path: Path) -> None:
    keys = create_keys(files.office(tmp_path), 1)
    whole = hmac.new(keys.person.reveal(), files.CANARY.encode(), hashlib.sha256)
    assert person_key(keys, files.CANARY) == whole.hexdigest()[:32]


@pytest.mark.parametrize("message", ["", "9001011234567", "household:한글", "a" * 200])
def test_sql_and_python_key_alike(tmp_path: Path, message: str) -> None:
    keys = create_keys(files.office(tmp_path), 1)
    found = duckdb.connect().execute(
        f"SELECT {keyed_sql('$message')}", {"message": message, **pads(keys)}
    )
    assert found.fetchone() == (keyed(keys, message),)


def test_spaces_of_ids_do_not_meet(tmp_path: Path) -> None:
    keys = create_keys(files.office(tmp_path), 1)
    number = "123456789012"
    assert len(
        {
            person_key(keys, number),
            registry_no_key(keys, number),
            account_key(keys, "gas", number),
            account_key(keys, "kepco", number),
        }
    ) == len(["person", "registry", "gas", "kepco"])
