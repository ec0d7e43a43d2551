"""A policy.toml: its rules and numbers, checked whole before the first one is used."""

import tomllib
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.campaign import Campaign, overlaps
from pipeline.errors import OfficeError
from pipeline.settings import Office

POLICY_NAME: Final = "policy.toml"
OURS: Final = "the policy that comes with the program"
Kind = Literal[
    "must", "route", "cool", "carry", "escalate", "same_day", "suggest", "caution"
]
# Rules that say who may be listed at all: a policy without one would lose somebody,
# or send a team to the wrong door.
LASTING_KINDS: Final = frozenset({"route", "cool", "carry"})

_OR_OURS: Final = (
    "blindspot policy show --toml prints the one that comes with the program, "
    "which is used where an office has none"
)

Part = Annotated[float, Field(gt=0, le=1)]
Days = Annotated[int, Field(ge=0, le=365)]
Times = Annotated[int, Field(ge=1, le=100)]


class _Frozen(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, hide_input_in_errors=True
    )


def _told(what_ko: str) -> Any:
    """A number that a file must say, with the words that explain it to officers."""
    return Field(description=what_ko)


class Params(_Frozen):
    """The numbers of a policy; a file must say all of them.

    Units: shares of a unit's places; days after the round's day; full years; months.
    """

    must_share: Part = _told("필수 방문에 쓰는 자리의 최대 비율")
    locate_share: Part = _told("소재 확인에 쓰는 자리의 최대 비율")
    sample_share: Part = _told("정기 표본 확인에 쓰는 자리의 비율")
    no_signal_share: Part = _told("표본 가운데 신호 없는 가구의 비율(근거가 있을 때만)")
    no_signal_basis: str = _told(
        "신호 없는 가구를 표본에 넣는 법적 근거(비우면 안 넣음)"
    )
    protected_officer: str = _told("열람제한 가구 지정 담당자(비우면 의뢰하지 않음)")
    expiry_days: Annotated[int, Field(ge=1, le=365)] = _told(
        "나간 목록을 파기할 때까지의 일수"
    )
    urgent_days: Days = _told("공급중지 가구의 첫 접촉 기한(일, 0은 당일)")
    must_days: Days = _told("필수 방문의 첫 접촉 기한(일)")
    child_under_years: Annotated[int, Field(ge=1, le=30)] = _told(
        "미성년: 만 나이 미만"
    )
    alone_from_years: Annotated[int, Field(ge=40, le=100)] = _told(
        "혼자 사는 어르신: 만 나이 이상"
    )
    crisis_level: Annotated[int, Field(ge=1, le=5)] = _told("필수 방문이 되는 위기도")
    crisis_months: Times = _told("위기도 판정을 따르는 개월 수")
    unmet_times: Times = _told("필수 방문이 되는 미접촉 의뢰 횟수")
    carried_rounds: Times = _told("필수 방문이 되는 연속 이월 횟수")
    meeting_domains: Times = _told("솔루션회의에 올리는 위기 영역 수")
    meeting_unmet: Times = _told("솔루션회의에 올리는 미접촉 의뢰 횟수")

    @model_validator(mode="after")
    def _leave_no_more_than_all(self) -> Self:
        # round(): 0.7 + 0.2 + 0.1 is 0.9999999999999999 in a machine's numbers.
        if round(self.must_share + self.locate_share + self.sample_share, 9) > 1:
            raise ValueError("must_share + locate_share + sample_share is more than 1")
        return self


class Rule(_Frozen):
    """One rule: what it is called, what it does and why the office wants it."""

    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
    kind: Kind
    label_ko: Annotated[str, Field(pattern=r"^[^\s=+@\-][^\r\n\t]{0,59}$")]
    why_ko: Annotated[str, Field(min_length=1)]

    @property
    def sql(self) -> str:
        """The SQL file that selects its households."""
        return f"policy/{self.code.lower()}"


class Policy(_Frozen):
    """The rules in the order in which they are asked, and their numbers."""

    file: str
    params: Params
    rules: tuple[Rule, ...]
    cooling_off_days: int
    campaign: dict[str, Campaign] = {}

    def rule(self, code: str) -> Rule:
        """The rule of a code."""
        return next(rule for rule in self.rules if rule.code == code)


class PolicyFile(_Frozen):
    """A policy.toml."""

    params: Params
    rule: Annotated[tuple[Rule, ...], Field(min_length=1, strict=False)]
    campaign: dict[
        Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")], Campaign
    ] = {}


def load_policy(office: Office, file: Path | None = None) -> Policy:
    """The policy of a file, else the office's own policy.toml, else ours.

    Raises:
        OfficeError: The file is no TOML, leaves something out, names a rule or number
            that does not exist, or its shares are not possible.
    """
    own = file or office.root / POLICY_NAME
    if file is None and not own.exists():
        told, name = shipped(), OURS
    else:
        told, name = _read(own), str(own)
        _compare(own, told.rule, shipped().rule)
        if problems := overlaps(told.campaign):
            raise _refused(own, problems)
    return Policy(
        file=name,
        params=told.params,
        rules=told.rule,
        cooling_off_days=office.config.round.cooling_off_days,
        campaign=told.campaign,
    )


def shipped_text() -> str:
    """The policy that comes with the program, with its comments."""
    return resources.files("pipeline").joinpath(POLICY_NAME).read_text("utf-8")


def shipped() -> PolicyFile:
    """The policy that comes with the program."""
    return PolicyFile.model_validate(tomllib.loads(shipped_text()))


def _read(file: Path) -> PolicyFile:
    try:
        # Windows editors put a mark before the first line.
        raw = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OfficeError(
            f"{file} cannot be read as TOML in UTF-8: {type(error).__name__}: {error}",
            f"mend that line; {_OR_OURS}",
        ) from None
    try:
        return PolicyFile.model_validate(raw)
    except ValidationError as error:
        told = error.errors(include_input=False, include_url=False)
        raise _refused(file, [_problem(one["loc"], one) for one in told]) from None


def _problem(where: tuple[int | str, ...], error: Any) -> str:
    what = {
        "missing": "is missing",
        "extra_forbidden": "is nothing that a policy knows",
    }.get(error["type"], error["msg"].removeprefix("Value error, "))
    section, *rest = where or ("file",)
    if section == "rule" and rest:
        section, *rest = f"rule {int(rest[0]) + 1}", *rest[1:]
    return " ".join([f"[{section}]", *(str(part) for part in rest), what])


def _compare(file: Path, own: tuple[Rule, ...], ours: tuple[Rule, ...]) -> None:
    """Stop unless the office's rules are ours: in its order, its words, or left out."""
    kinds = {rule.code: rule.kind for rule in ours}
    codes = [rule.code for rule in own]
    problems = [
        *(f"{code}: no such rule" for code in codes if code not in kinds),
        *(f"{code}: told twice" for code in sorted({*codes}) if codes.count(code) > 1),
        *(
            f"{rule.code}: its kind is {kinds[rule.code]}"
            for rule in own
            if rule.kind != kinds.get(rule.code, rule.kind)
        ),
        *(
            f"{code}: may not be left out (kind {kind})"
            for code, kind in kinds.items()
            if kind in LASTING_KINDS and code not in codes
        ),
    ]
    if problems:
        raise _refused(file, problems)


def _refused(file: Path, problems: list[str]) -> OfficeError:
    return OfficeError(
        f"{file} is no policy that can be applied: {'; '.join(problems)}",
        f"correct these; {_OR_OURS}",
    )
