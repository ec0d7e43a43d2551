"""What pandas with pandera does with the same file and checks; run by a peer Python.

    PEER_PYTHON benchmarks/ingest_peer.py SOURCE FILE

Reads every cell as text, types and checks the columns, keys what ingest keys (HMAC of
each value, a row at a time as there is no other way) and writes Parquet, unencrypted.
"""

import hashlib
import hmac
import json
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

DAYS = ("기준일자", "제한일자", "해제일자", "조회일", "공급중지일", "재개일")
NUMBERS = {"체납개월수": 600, "체납금액": 10**15, "체납개월": 600, "체납액": 10**15}
IDS = {"고객번호": 10, "사용계약번호": 12}
WORDS = ("계약종별", "제한구분", "사회적배려", "가입종별", "납부예외")
FORMS = {
    "kepco": {"sep": "|", "encoding": "cp949", "quoting": 3},
    "gas": {"sep": ",", "encoding": "utf-8-sig"},
    "nps": {"sep": ",", "encoding": "cp949"},
}


def _key(text: str) -> str:
    return hmac.digest(b"k" * 32, text.encode(), "sha256").hex()[:32]


def _typed(frame: pd.DataFrame) -> tuple[pd.DataFrame, pa.DataFrameSchema]:
    columns: dict[str, pa.Column] = {}
    for name in frame.columns:
        text = frame[name].str.normalize("NFC").str.strip()
        text = text.str.replace(r"\s+", " ", regex=True)
        if name in DAYS:
            frame[name] = pd.to_datetime(text, format="%Y%m%d", errors="coerce")
            columns[name] = pa.Column("datetime64[s]", nullable=True, coerce=True)
        elif name in NUMBERS:
            digits = text.str.replace(r"[, ]|개월$|원$", "", regex=True)
            frame[name] = pd.to_numeric(digits, errors="coerce").astype("Int64")
            check = pa.Check.in_range(0, NUMBERS[name])
            columns[name] = pa.Column("Int64", check, nullable=True)
        elif name in IDS:
            frame[name] = text.str.zfill(IDS[name])
            check = pa.Check.str_matches(rf"^\d{{{IDS[name]}}}$")
            columns[name] = pa.Column(str, check)
            frame["account_key"] = frame[name].map(_key)
        elif name == "주민번호":
            digits = text.str.replace("-", "")
            born = pd.to_datetime(digits.str[:6], format="%y%m%d", errors="coerce")
            frame["person_key"] = digits.map(_key).where(born.notna())
            columns["person_key"] = pa.Column(str)
            frame = frame.drop(columns=name)
        else:
            frame[name] = text
            if name in WORDS:
                allowed = sorted(text.iloc[:1000].unique())
                columns[name] = pa.Column(str, pa.Check.isin(allowed))
    return frame, pa.DataFrameSchema(columns)


def main() -> None:
    """Load one file, print rows/s and the peak of memory as JSON."""
    source, path = sys.argv[1], Path(sys.argv[2])
    begun, used = time.perf_counter(), time.process_time()
    hashlib.sha256(path.read_bytes()).hexdigest()
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, **FORMS[source])
    typed, schema = _typed(frame)
    try:
        schema.validate(typed, lazy=True)
    except pa.errors.SchemaErrors as found:
        typed = typed.drop(found.failure_cases["index"].dropna().unique())
    with tempfile.TemporaryDirectory() as folder:
        typed.to_parquet(Path(folder) / "accepted.parquet")
    seconds = time.perf_counter() - begun
    cpu = time.process_time() - used
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    peak = next(int(n.split()[1]) for n in status if n.startswith("VmHWM")) // 1024
    told = {"rows": len(typed), "seconds": seconds, "cpu": cpu, "peak_mb": peak}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
