"""Glue of the access log: the office's heads, the clock, the anchors of a night."""

from collections.abc import Iterable
from pathlib import Path

from flows.clock import Clock, seoul_clock
from pipeline.access_verify import (
    ANCHOR_NAME,
    NO_HEAD,
    Known,
    Verdict,
    beginning,
    heads_of_anchor,
    heads_of_sealed,
    heads_of_warehouse,
    verify,
    write_anchor,
)
from pipeline.accesslog import AccessLog
from pipeline.errors import DiskError, NotReady
from pipeline.logs import LOGGER
from pipeline.office import open_warehouse
from pipeline.run import Counts
from pipeline.settings import Office


def verify_office(
    office: Office, anchors: Iterable[Path], sealed: Iterable[Path]
) -> Verdict:
    """Check the whole log against every head that can be had.

    Raises:
        OptionError: A named file holds no head.
        OfficeBusy: A run is under way; its heads cannot be read.
    """
    known: list[Known] = []
    for folder in office.config.access.anchors:
        if (file := folder / ANCHOR_NAME).is_file():
            known += heads_of_anchor(file)
    for file in anchors:
        known += heads_of_anchor(file)
    for file in sealed:
        known += heads_of_sealed(file)
    try:
        with open_warehouse(office, read_only=True) as warehouse:
            known += heads_of_warehouse(warehouse)
            begins = beginning(warehouse)
    except NotReady:
        begins = NO_HEAD  # nothing was ingested yet, so no run left a head
    return verify(AccessLog(office.path("data")), known, begins)


def household_of(office: Office, name: str) -> set[str]:
    """A household's ids, under former keys too, by one of them or a referral id.

    Raises:
        OptionError: No household was listed under this referral id.
    """
    from flows.explaining import of_referral
    from pipeline.closed_rounds import ids_of_household
    from pipeline.referral_id import is_valid_referral_id

    try:
        with open_warehouse(office, read_only=True) as warehouse:
            if is_valid_referral_id(name):
                name = of_referral(warehouse, name)[0]
            return ids_of_household(warehouse, name)
    except NotReady:
        return {name}


def anchor_to(
    office: Office, folders: Iterable[Path], clock: Clock = seoul_clock
) -> tuple[str, list[Path]]:
    """Write the head into folders; returns the line and the files.

    Raises:
        DiskError: One of them cannot be written.
    """
    head = AccessLog(office.path("data")).head()
    at = clock().replace(microsecond=0).isoformat()
    return f"{at} {head}", [write_anchor(folder, at, head) for folder in folders]


def anchor_night(office: Office) -> Counts:
    """Anchor at the end of a run; a folder that is away does not undo the night."""
    counts = {"written": 0, "not written": 0}
    for folder in office.config.access.anchors:
        try:
            anchor_to(office, [folder])
            counts["written"] += 1
        except DiskError as error:
            LOGGER.error("%s", error.what)
            counts["not written"] += 1
    return counts
