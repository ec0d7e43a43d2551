"""What became of one file of the inbox."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

# File name, bytes read so far, bytes in all.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class FileReport:
    """What became of one file; rows = accepted + rejected + … + skipped."""

    file: str
    source: str | None
    status: Literal["loaded", "replayed", "refused", "unchanged", "gone"]
    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    rejected_by_code: dict[str, int] = field(default_factory=dict)
    repeated: int = 0
    superseded: int = 0
    skipped: int = 0
    message: str = ""
    ref_date: dt.date | None = None
    known_on: dt.date | None = None
    is_overridden: bool = False

    @property
    def adds_up(self) -> bool:
        """Is every row that was read accounted for?"""
        kept = self.accepted + self.rejected
        return self.rows == kept + self.repeated + self.superseded + self.skipped
