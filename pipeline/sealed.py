"""Sealed lists: a zip with AES-256 per team, opened with the team's own password.

Its salts are drawn anew each time: two containers are the same by what is inside.
"""

import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pipeline.identity import Secret

_BITS: Final = 256


@dataclass(frozen=True)
class Archive:
    """What a sealed file is to hold, and what opens it."""

    members: Mapping[str, bytes]
    password: Secret

    def sealed(self, day: dt.date, comment: bytes = b"") -> bytes:
        """The container; its members carry the day as their date.

        The comment is open to read and no part of what is inside.
        """
        pyzipper = _pyzipper()
        made = io.BytesIO()
        with pyzipper.AESZipFile(
            made, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
        ) as container:
            container.setpassword(self.password.reveal())
            container.setencryption(pyzipper.WZ_AES, nbits=_BITS)
            container.comment = comment
            for name, content in self.members.items():
                member = container.zipinfo_cls(
                    name, (day.year, day.month, day.day, 0, 0, 0)
                )
                member.compress_type = pyzipper.ZIP_DEFLATED
                container.writestr(member, content)
        return made.getvalue()

    def holds(self, content: bytes) -> bool:
        """Whether a container opens with this password and holds exactly this.

        One that was sealed with a former password does not: its team cannot open it.
        """
        pyzipper = _pyzipper()
        try:
            with pyzipper.AESZipFile(io.BytesIO(content)) as container:
                container.setpassword(self.password.reveal())
                if sorted(container.namelist()) != sorted(self.members):
                    return False
                return all(
                    container.read(name) == wanted
                    for name, wanted in self.members.items()
                )
        except (RuntimeError, ValueError, pyzipper.BadZipFile, zipfile.BadZipFile):
            return False
        except zlib.error:
            # Its check of a password is of two bytes: one wrong one in 65,536 passes.
            return False


def _pyzipper() -> Any:
    # Only a sealed export pays for importing it.
    import pyzipper  # type: ignore[import-untyped]  # it ships no types

    return pyzipper
