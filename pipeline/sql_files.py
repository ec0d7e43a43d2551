"""SQL lives in files: one table, one SELECT, a header saying grain and parameters."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from pipeline.errors import ContractBroken

SQL_PACKAGES = {"features": "features.sql"}
_HEADER = re.compile(r"^--\s*(grain|params|home|why):\s*(.*)$")


@dataclass(frozen=True)
class SqlFile:
    """One table's SELECT and what its header promises."""

    name: str
    table: str
    grain: str
    params: tuple[str, ...]
    home: str
    select: str

    def pick(self, params: Mapping[str, Any] | None) -> dict[str, Any]:
        """The declared parameters out of those given; one that is missing is an error.

        Raises:
            ContractBroken: A declared parameter was not given.
        """
        given = dict(params or {})
        if missing := set(self.params) - set(given):
            raise ContractBroken(
                f"{self.name}.sql needs the parameters {sorted(missing)}", "pass them"
            )
        return {key: given[key] for key in self.params}


@cache
def load_sql(name: str) -> SqlFile:
    """Read `staging/stg_kepco` from pipeline/sql (or `features/…` from features/sql).

    Raises:
        ContractBroken: No such file, or its header is incomplete.
    """
    folder, _, rest = name.partition("/")
    package = SQL_PACKAGES.get(folder, "pipeline.sql")
    relative = rest if folder in SQL_PACKAGES else name
    file = resources.files(package.split(".")[0]) / "sql" / f"{relative}.sql"
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ContractBroken(
            f"no SQL file {name}.sql", "check the name against pipeline/sql/"
        ) from None
    found = (_HEADER.match(line) for line in text.splitlines())
    head = {line[1]: line[2] for line in found if line}
    if missing := {"grain", "params", "why"} - set(head):
        raise ContractBroken(
            f"{name}.sql lacks the header lines {sorted(missing)}",
            "add `-- grain:`, `-- params:` and `-- why:`",
        )
    params = tuple(p for p in re.split(r"[,\s]+", head["params"]) if p and p != "none")
    return SqlFile(
        name=name,
        table=name.rsplit("/", 1)[-1],
        grain=head["grain"],
        params=params,
        home=head.get("home", "warehouse"),
        select=text.rstrip().rstrip(";"),
    )
