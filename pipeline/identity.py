"""Keys: an office's secrets, and what resident numbers become.

A resident number is keyed in memory (HMAC-SHA256, first 16 bytes) and never stored.
Keys are never rotated in place: every stored id would lose its meaning.
"""

import hashlib
import hmac
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from data_contracts.identifiers import KEY_HEX_DIGITS
from pipeline.errors import SecretError
from pipeline.settings import Office

# Holds new keys from the moment from which they count; see rotation.py.
SWITCH_NAME = ".switch"
KEY_NAMES = ("person", "warehouse", "vault")
KEY_BYTES = 32
_HMAC_BLOCK = 64
_CHECK_DIGITS = 8


@dataclass(frozen=True, repr=False)
class Secret:
    """Bytes that no repr, message or traceback shows."""

    _value: bytes

    def reveal(self) -> bytes:
        """The bytes themselves; call it only where they are used."""
        return self._value

    def text(self) -> str:
        """The bytes as hex digits, as the engine takes a file's key."""
        return self._value.hex()

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True)
class Keys:
    """An office's three keys: what ids become, and what opens the two databases."""

    person: Secret
    warehouse: Secret
    vault: Secret


def create_keys(office: Office, seed: int | None = None) -> Keys:
    """Write an office's key files (0600, in a 0700 folder) and return the keys.

    Without a seed the keys come from the operating system. A seed makes them
    reproducible and is for synthetic offices only.

    Raises:
        SecretError: Keys exist already, or a seed was given for a real office.
    """
    if seed is not None and not office.config.office.synthetic:
        raise SecretError(
            "keys of a real office are never made from a seed",
            "leave the seed out; only an office with synthetic = true may have one",
        )
    folder = office.path("keys")
    if there := [n for n in KEY_NAMES if (folder / f"{n}.key").exists()]:
        raise SecretError(
            f"{folder} holds keys already ({', '.join(there)}); "
            "overwriting them would lose the data",
            "keep them, or move them away yourself if this office is to start anew",
        )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    for name in KEY_NAMES:
        value = secrets.token_bytes(KEY_BYTES) if seed is None else _from(seed, name)
        write_key(folder / f"{name}.key", value)
    return load_keys(office)


def load_keys(office: Office) -> Keys:
    """Read an office's keys; a switch to new ones that was killed is finished first.

    Raises:
        SecretError: A key file is missing, open to others, or damaged.
        OfficeBusy: The switch is under way.
    """
    if (office.path("keys") / SWITCH_NAME).is_dir():
        _finish_switch(office)
    return keys_in(office.path("keys"))


def _finish_switch(office: Office) -> None:
    from pipeline.office import take_lock
    from pipeline.rotation import switch

    lock = take_lock(office)
    try:
        if (office.path("keys") / SWITCH_NAME).is_dir():
            switch(office)
    finally:
        lock.close()


def keys_in(folder: Path) -> Keys:
    """The keys of a folder.

    Raises:
        SecretError: A key file is missing, open to others, or damaged.
    """
    person, warehouse, vault = (
        Secret(read_key(folder / f"{name}.key")) for name in KEY_NAMES
    )
    return Keys(person=person, warehouse=warehouse, vault=vault)


def _from(seed: int, name: str) -> bytes:
    return hashlib.sha256(f"blindspot synthetic office {seed} {name}".encode()).digest()


def _check(value: bytes) -> str:
    return hashlib.sha256(b"blindspot key check" + value).hexdigest()[:_CHECK_DIGITS]


def write_key(file: Path, value: bytes) -> None:
    """Write a new key file, for its owner alone, down to the disk."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(f"{value.hex()}-{_check(value)}\n")
        out.flush()
        os.fsync(out.fileno())


def read_key(file: Path) -> bytes:
    """The bytes of a key file.

    Raises:
        SecretError: It is missing, open to others, or damaged.
    """
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        text = file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise SecretError(
            f"{file} is missing",
            "put back the key files of this office; "
            "a new office gets them from: blindspot init",
        ) from None
    except (OSError, UnicodeDecodeError):
        raise _damaged(file) from None
    if mode & 0o077:
        raise SecretError(
            f"{file} can be read by other users (mode {mode:04o}, expected 0600)",
            f"run: chmod 600 {file}",
        )
    digits, _, check = text.partition("-")
    try:
        value = bytes.fromhex(digits)
    except ValueError:
        raise _damaged(file) from None
    if len(value) != KEY_BYTES or not hmac.compare_digest(check, _check(value)):
        raise _damaged(file)
    return value


def _damaged(file: Path) -> SecretError:
    return SecretError(
        f"{file} is damaged or not readable: expected one line written by init",
        "put back the office's own copy of this file; nothing can replace it",
    )


def pads(keys: Keys) -> dict[str, bytes]:
    """The parameters `ipad` and `opad` with which SQL computes HMAC-SHA256."""
    block = keys.person.reveal().ljust(_HMAC_BLOCK, b"\0")
    return {
        "ipad": bytes(byte ^ 0x36 for byte in block),
        "opad": bytes(byte ^ 0x5C for byte in block),
    }


def keyed(keys: Keys, message: str) -> str:
    """The first 16 bytes of HMAC-SHA256 over a text, as hex; equal to SQL's."""
    digest = hmac.digest(keys.person.reveal(), message.encode(), "sha256")
    return digest.hex()[:KEY_HEX_DIGITS]


def person_key(keys: Keys, resident_number: str) -> str:
    """What a resident number (13 digits) is stored as."""
    return keyed(keys, resident_number)


def registry_no_key(keys: Keys, registry_no: str) -> str:
    """What a 세대번호 (12 digits) is stored as."""
    return keyed(keys, f"household:{registry_no}")


def account_key(keys: Keys, source: str, account_no: str) -> str:
    """What stands for an account where its number must not."""
    return keyed(keys, f"account:{source}:{account_no}")


def fingerprint(keys: Keys) -> str:
    """What tells whether stored ids were made with this person key."""
    return keyed(keys, "fingerprint")
