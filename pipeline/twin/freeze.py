"""The generator, frozen: its version and the hash of everything it is made of.

    python -m pipeline.twin.freeze

rewrites `FROZEN.toml` for the version in `generate.TWIN_VERSION`. Models are measured
on a version; whoever changes the generator gives it a new one.
"""

import hashlib
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
FROZEN = HERE / "FROZEN.toml"
_HEAD = "# Version of the generator -> SHA-256 over its sources and tables.\n"


def sources_hash() -> str:
    """SHA-256 over the names and contents of all modules and tables of the twin."""
    whole = hashlib.sha256()
    for path in sorted([*HERE.glob("*.py"), *HERE.glob("*.csv")]):
        content = path.read_bytes()
        whole.update(f"{path.name} {len(content)}\n".encode())
        whole.update(content)
    return whole.hexdigest()


def frozen() -> dict[str, str]:
    """Version → hash, as committed."""
    if not FROZEN.exists():
        return {}
    read = tomllib.loads(FROZEN.read_text(encoding="utf-8"))
    return {str(version): str(value) for version, value in read.items()}


def freeze(version: str) -> str:
    """Write the hash of the sources for this version; earlier versions stay."""
    hashes = frozen() | {version: sources_hash()}
    lines = "".join(f'"{v}" = "{h}"\n' for v, h in sorted(hashes.items()))
    FROZEN.write_text(_HEAD + lines, encoding="utf-8", newline="\n")
    return hashes[version]


if __name__ == "__main__":
    from pipeline.twin.generate import TWIN_VERSION

    freeze(TWIN_VERSION)
