"""A new office's folder: settings with comments, keys, inbox, layouts."""

import json
from pathlib import Path

from pipeline.errors import OfficeError
from pipeline.ledger import LEDGER_NAME, ledger_template
from pipeline.settings import CONFIG_NAME, Office, load_office

_CONFIG = """\
# Settings of this office. Relative paths are relative to this folder.

[office]
name = {name}
# true only for an office of made-up people; a real one never sets it.
synthetic = {synthetic}
# The town's part of the 10-digit 행정동 code; several are allowed.
dong_prefixes = [{prefixes}]
# Whom citizens ask: a department, its number and place; on the public criteria page.
contact = {contact}
contact_phone = {phone}
contact_place = ""

[paths]
inbox = "inbox"      # the extracts, as they arrive
layouts = "layouts"  # only where this office's files differ from the shipped layouts
keys = "keys"        # keep a copy elsewhere, and keep it apart from the data
data = "data"        # encrypted databases, models, Prefect's own folder
rounds = "rounds"    # the published lists: names and addresses
logs = "logs"        # what ran and how long it took; no values

[round]
weeks = 8            # how long a team works a round
cooling_off_days = 60

[model]
name = "scorecard_v1"  # "champion": whichever was promoted (blindspot models)

[schedule]
nightly_cron = "30 2 * * *"  # Asia/Seoul; used by blindspot serve
train_cron = ""              # "0 5 2 * *": on the 2nd of each month; empty: by hand
retention_cron = "0 7 1 * *" # tells what is due to be destroyed; destroys nothing
timeout_seconds = 14400      # a run that takes longer is ended and told
retry_seconds = [60, 300, 900]  # after which a busy office, a full disk is tried again

[notify]
# Told when a run fails: a webhook or a mail server inside your network; empty: nobody.
webhook = ""
email_to = []
smtp_host = "localhost"

[access]
# Folders, best off this machine, in which each night keeps the head of the access log.
anchors = []

[roles]
# Groups of the operating system; a command is then for its role only. All empty: who
# may read this folder may run every command.
analyst = ""    # loads, fits, ranks; hands out nothing, looks up nobody
exporter = ""   # confirms and hands out lists, looks up households
auditor = ""    # access log, runs, explain; changes nothing
keyholder = ""  # keys, backup, retention

[retention]
inbox_days = 56      # raw extracts hold resident numbers; 0 destroys them once loaded
records_months = 60  # five years at most (사회보장급여법 §34)
lists_months = 60
access_months = 60   # two years at least (안전성 확보조치 기준 §8)

[limits]
memory = "2GB"
threads = 2

# A file of which more than this share of rows is rejected (and at least 20 of them) is
# stopped whole. `default` is for every source; name a source to give it its own.
[thresholds]
default = 0.05
# nhis = 0.02
"""

_LAYOUTS_README = """\
# Layouts of this office

How a source lies in a file (name pattern, encoding, delimiter or byte widths,
column names, date formats) ships with blindspot. Put a `<source>.toml` here only
when your files differ; it replaces the shipped layout of that source.
"""

NEXT_STEPS = """\
Next:
  1. Get the dong register (행정동 코드) of the Ministry of the Interior and Safety:
     mois.go.kr → 업무안내 → 주민등록, 행정동 및 관할 법정동 (jscode) → KIKcd_H
     and put it, as .csv or .txt under its own name, into {inbox}
  2. Put the extracts there too: KEPCO_LIMIT_*, WATER_STOP_*, GAS_STOP_*,
     NHIS_ARREARS_*, RESIDENT_*, TEAM_*, HISTORY_*
  3. Fill in {ledger}: on what ground each of them is held
     (blindspot ledger check tells what is missing; a source without is refused)
  4. blindspot run round --office {root} --dry-run"""

NEXT_STEPS_TWIN = """\
Next:
  1. blindspot twin --office {root} --town cheonan --households 20000 \
--months 18 --seed {seed} --as-of 2026-07-01
  2. blindspot run round --office {root} --as-of 2026-07-01 --confirm-by NAME"""


def make_office(
    root: Path, *, name: str, dong_prefixes: list[str], synthetic_seed: int | None
) -> Office:
    """Make an office's folder.

    Raises:
        OfficeError: The folder is an office already, or cannot be written.
    """
    from pipeline.identity import create_keys

    config = root / CONFIG_NAME
    if config.exists():
        raise OfficeError(
            f"{root} is an office folder already; nothing was changed",
            "name another folder with --office DIR, or go on with this one: "
            "blindspot status",
        )
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(
            config,
            _CONFIG.format(
                name=_toml(name),
                synthetic="true" if synthetic_seed is not None else "false",
                prefixes=", ".join(_toml(prefix) for prefix in dong_prefixes),
                contact=_toml("복지정책과(합성)" if synthetic_seed is not None else ""),
                phone=_toml("000-0000-0000" if synthetic_seed is not None else ""),
            ),
        )
        office = load_office(root)
        for folder in ("inbox", "layouts", "keys", "data", "rounds", "logs"):
            office.path(folder).mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(office.path("layouts") / "README.md", _LAYOUTS_README)
        _write(
            root / LEDGER_NAME, ledger_template(synthetic=synthetic_seed is not None)
        )
    except OSError as error:
        raise OfficeError(
            f"{root} cannot be made an office folder ({error.strerror})",
            "name a folder that you may write to with --office DIR",
        ) from None
    create_keys(office, synthetic_seed)
    return office


def _write(file: Path, text: str) -> None:
    """Whatever lies in an office is its owner's alone."""
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")


def _toml(text: str) -> str:
    # A JSON string is a TOML basic string, but for the solidus nobody escapes.
    return json.dumps(text, ensure_ascii=False)
