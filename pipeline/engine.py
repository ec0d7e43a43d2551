"""The engine under the warehouse: its settings, its errors, tables lent to it."""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.errors import ContractBroken, DiskError, OfficeBusy, SecretError

_UNITS = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_UNITS |= {"KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40}

# What the system says of a disk, a quota and a limit on files that are full.
_FULL = tuple(map(os.strerror, (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)))


def extension_file() -> Path:
    """The signed httpfs extension that brings DuckDB's file encryption."""
    import duckdb_extension_httpfs

    folder = Path(duckdb_extension_httpfs.__file__).parent
    found = sorted(folder.rglob(f"v{duckdb.__version__}/*.duckdb_extension"))
    if not found:
        raise ContractBroken(
            f"no encryption extension for DuckDB {duckdb.__version__} is installed",
            "install again from requirements.lock (make demo or make test does)",
        )
    return found[0]


@contextmanager
def engine_errors(where: str) -> Iterator[None]:
    """Turn the engine's errors into ours without the value that they may quote."""
    try:
        yield
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except RuntimeError as error:
        # Ctrl-C in the middle of a statement may also come out of the engine as this.
        if "interrupted" in str(error).lower():
            raise KeyboardInterrupt from None
        raise
    except duckdb.Error as error:
        text = str(error)
        if "Wrong encryption key" in text:
            raise SecretError(
                f"{where}: the key in the key folder does not open this database",
                "put back the key files that belong to this office; "
                "without them the data cannot be read",
            ) from None
        if "Could not set lock" in text or "already attached" in text:
            raise OfficeBusy(
                f"{where}: another run holds this office's databases",
                "wait for it to end (blindspot status), then run this again",
            ) from None
        full = isinstance(error, duckdb.OutOfMemoryException)
        if full or any(words in text for words in _FULL):
            raise DiskError(
                f"{where}: memory or disk ran out; what was under way is taken back",
                "free space, or raise [limits] memory in blindspot.toml, and run again",
            ) from None
        # Binder and catalog errors quote our SQL; conversion and constraint errors
        # quote the row. Only the kind of error leaves this door.
        raise ContractBroken(
            f"{where}: the engine refused ({type(error).__name__})",
            "this is a fault in the program: report the command and this line",
        ) from None


class Lent:
    """A table that can be taken back.

    The engine holds what was registered in a transaction until that ends, and a large
    file's rows would pile up in it, segment by segment.
    """

    def __init__(self, frame: pa.Table) -> None:
        self._frame: pa.Table | None = frame

    def take_back(self) -> None:
        """Let go of the rows, whatever still holds this."""
        self._frame = None

    def __arrow_c_schema__(self) -> object:
        return None if self._frame is None else self._frame.schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        if self._frame is None:
            raise ValueError("a lent table was taken back already")
        return self._frame.__arrow_c_stream__(requested_schema)


NO_NETWORK: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


def bare_connection(
    spill_folder: Path, memory: str, threads: int
) -> duckdb.DuckDBPyConnection:
    """A connection without databases: encrypted spill, no network, our time zone."""
    spill_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    connection = duckdb.connect(config=NO_NETWORK)
    with engine_errors("settings of the engine"):
        # Spilled rows are plain text unless this comes before any ATTACH.
        connection.execute("SET temp_file_encryption=true")
        connection.execute(f"SET temp_directory={quoted(str(spill_folder))}")
        connection.execute(f"SET memory_limit={quoted(memory)}")
        connection.execute(f"SET threads={int(threads)}")
        connection.execute("SET TimeZone='Asia/Seoul'")
        connection.execute("SET enable_progress_bar=false")
        connection.execute(f"LOAD {quoted(str(extension_file()))}")
    return connection


def make_database(connection: duckdb.DuckDBPyConnection, file: Path, key: str) -> None:
    """Make an empty encrypted database where there is none yet, by one rename.

    The engine writes its headers one by one: a run killed between them would leave a
    file that nothing opens again.
    """
    if file.exists():
        return
    part = file.with_name(f".{file.name}.part")
    part.unlink(missing_ok=True)
    connection.execute(
        f"ATTACH {quoted(str(part))} AS made (ENCRYPTION_KEY {quoted(key)})"
    )
    connection.execute("DETACH made")
    part.chmod(0o600)
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.rename(file)


def quoted(text: str) -> str:
    """Text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def smaller_memory(one: str, other: str) -> str:
    """The smaller of two memory limits as the engine writes them ("512MB", "2 GiB")."""
    return min(one, other, key=_bytes)


def _bytes(limit: str) -> float:
    found = re.fullmatch(r"\s*([\d.]+)\s*([A-Za-z]+)\s*", limit)
    if found is None or found[2].upper() not in _UNITS:
        return float("inf")  # "80%" and the like: the engine judges it
    return float(found[1]) * _UNITS[found[2].upper()]
