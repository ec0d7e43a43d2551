"""An office's settings, read once and frozen; the only reader of the environment."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
)

from pipeline.errors import OfficeError

CONFIG_NAME = "blindspot.toml"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class OfficeSection(_Frozen):
    """Who the office is."""

    name: str
    synthetic: bool = False
    dong_prefixes: tuple[str, ...] = Field(min_length=1)
    # Whom citizens ask about their data: a department, never a person's name.
    contact: str = ""
    contact_phone: str = Field(default="", pattern=r"^[0-9 ()~-]*$")
    contact_place: str = ""


class PathsSection(_Frozen):
    """Where things lie; relative paths are relative to the office folder."""

    inbox: Path = Path("inbox")
    layouts: Path = Path("layouts")
    keys: Path = Path("keys")
    data: Path = Path("data")
    rounds: Path = Path("rounds")
    logs: Path = Path("logs")


class RoundSection(_Frozen):
    """How a round is worked."""

    weeks: int = Field(default=8, ge=1, le=26)
    cooling_off_days: int = Field(default=60, ge=0, le=730)


class ModelSection(_Frozen):
    """Which model ranks."""

    name: str = "scorecard_v1"


class ScheduleSection(_Frozen):
    """When runs fire (Asia/Seoul), how long they may take and when to try again."""

    nightly_cron: str = "30 2 * * *"
    train_cron: str = ""
    retention_cron: str = "0 7 1 * *"
    timeout_seconds: int = Field(default=14_400, ge=1, le=86_400)
    retry_seconds: tuple[Annotated[int, Field(ge=0, le=7_200)], ...] = (60, 300, 900)


class AccessSection(_Frozen):
    """Where the head of the access log is kept each night, best off the machine."""

    anchors: tuple[Path, ...] = ()


class RolesSection(_Frozen):
    """The OS group of each role; all empty: who may read the folder may do all."""

    analyst: str = ""
    exporter: str = ""
    auditor: str = ""
    keyholder: str = ""


class NotifySection(_Frozen):
    """Whom to tell when a run does not end well; addresses within the network."""

    webhook: str = Field(default="", pattern=r"^(https?://\S+)?$")
    email_to: tuple[str, ...] = ()
    email_from: str = "blindspot@localhost"
    smtp_host: str = "localhost"
    smtp_port: int = Field(default=25, ge=1, le=65_535)


class RetentionSection(_Frozen):
    """How long what is held; the law's longest and shortest are bounds."""

    # Raw extracts hold resident numbers: gone once their round is worked.
    inbox_days: int = Field(default=56, ge=0, le=366)
    # 사회보장급여법 §34: destroyed after five years.
    records_months: int = Field(default=60, ge=1, le=60)
    lists_months: int = Field(default=60, ge=1, le=60)
    # 개인정보의 안전성 확보조치 기준 §8: two years at least.
    access_months: int = Field(default=60, ge=24, le=120)


class LimitsSection(_Frozen):
    """What one machine lends to a run."""

    memory: str = "2GB"
    threads: int = Field(default=2, ge=1, le=256)


DEFAULT_THRESHOLD = 0.05
Share = Annotated[float, Field(gt=0, le=1)]


class Config(_Frozen):
    """The whole of blindspot.toml; an unknown name is an error."""

    office: OfficeSection
    paths: PathsSection = PathsSection()
    round: RoundSection = RoundSection()
    model: ModelSection = ModelSection()
    schedule: ScheduleSection = ScheduleSection()
    limits: LimitsSection = LimitsSection()
    access: AccessSection = AccessSection()
    retention: RetentionSection = RetentionSection()
    roles: RolesSection = RolesSection()
    notify: NotifySection = NotifySection()
    # Source (or `default`) -> share of a file's rows that may be rejected.
    thresholds: dict[str, Share] = {}

    @field_validator("thresholds")
    @classmethod
    def _are_of_sources(cls, thresholds: dict[str, float]) -> dict[str, float]:
        from data_contracts.sources import SOURCES

        if unknown := sorted(set(thresholds) - set(SOURCES) - {"default"}):
            raise ValueError(f"no source is called {', '.join(unknown)}")
        return thresholds

    def threshold(self, source: str) -> float:
        """The share of a file's rows that may be rejected before it is stopped."""
        default = self.thresholds.get("default", DEFAULT_THRESHOLD)
        return self.thresholds.get(source, default)


class Office(_Frozen):
    """An office folder with its checked settings and absolute paths."""

    root: Path
    config: Config

    def path(self, name: str) -> Path:
        """The absolute path of one of the folders named in [paths]."""
        path: Path = getattr(self.config.paths, name)
        return self.root / path

    @property
    def warehouse_file(self) -> Path:
        return self.path("data") / "warehouse.duckdb"

    @property
    def vault_file(self) -> Path:
        return self.path("data") / "vault.duckdb"

    @property
    def models_folder(self) -> Path:
        return self.path("data") / "models"


def office_folder(option: Path | None, environ: Mapping[str, str]) -> Path:
    """The office folder: --office, else BLINDSPOT_OFFICE, else the current folder."""
    if option is not None:
        return option.resolve()
    return Path(environ.get("BLINDSPOT_OFFICE") or ".").resolve()


def load_office(
    option: Path | None = None, environ: Mapping[str, str] | None = None
) -> Office:
    """Read and check an office's configuration.

    Raises:
        OfficeError: No such office, no valid TOML, or a setting that is not allowed.
    """
    root = office_folder(option, os.environ if environ is None else environ)
    file = root / CONFIG_NAME
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise OfficeError(
            f"{root} is no office folder: {CONFIG_NAME} is not there or not readable",
            "name the folder with --office DIR or BLINDSPOT_OFFICE, "
            "or make one: blindspot init --office DIR",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OfficeError(
            f"{file} is no valid TOML: {error}", "mend that line"
        ) from None
    try:
        config = Config.model_validate(raw)
    except ValidationError as error:
        problems = "; ".join(
            f"[{'.'.join(str(part) for part in problem['loc'])}] {problem['msg']}"
            for problem in error.errors(include_input=False, include_url=False)
        )
        raise OfficeError(
            f"{file} has settings that cannot be used: {problems}",
            "correct or remove them; the file of a new office (blindspot init) "
            "explains every setting",
        ) from None
    return Office(root=root, config=config)
