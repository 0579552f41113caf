"""How fast a file goes from CSV through mapping and door into the log, and how much memory it takes.

The file is made here with a seed: a hotline's export of one row per case, as such exports are (names with ids beside
them, text dates, nine in ten closed). Each import is a process of its own, as a person starts it; what counts is from
its start to its end.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from seed.server import EmbeddedServer
from tests.bench.measure import Measure
from tests.support.databases import throwaway_folder

SEED = 20260101
ROWS = 1_000_000
_HEADER = "编号,上报时间,截止时间,办结时间,状态,大类,小类,渠道,街道,社区编号,社区,部门编号,部门,经度,纬度"
MAPPING = """
name = "hotline"
[source]
code = "hotline"
name_zh = "热线"
name_en = "Hotline"
records_times = true
[place]
code = "town"
name_zh = "镇"
name_en = "Town"
time_zone = "Asia/Shanghai"
country = "CN"
[[place.levels]]
level = "street"
name = "街道"
[[place.levels]]
level = "community"
id = "社区编号"
name = "社区"
[case]
external_id = "编号"
kind = "appeal"
risk = "blue"
level = "department"
summary = "{大类}·{小类}"
[times]
reported = "上报时间"
due = "截止时间"
formats = ["%Y/%m/%d %H:%M:%S"]
[types]
line = { name = "大类" }
matter = { name = "小类" }
[channel]
column = "渠道"
values = { "12345" = "hotline", "网站" = "app", "微信" = "app", "来访" = "visit" }
[department]
id = "部门编号"
name = "部门"
[status]
column = "状态"
[status.values]
"处理中" = {}
"已办结" = { event = "resolved", at = "办结时间" }
"重复件" = { event = "withdrawn", at = "办结时间" }
[coordinates]
lon = "经度"
lat = "纬度"
box = [113.0, 22.0, 115.0, 23.0]
"""


def write_export(file: Path, rows: int, *, seed: int = SEED, open_share: float = 0.1) -> None:
    """A CSV of so many cases over two years, in the order of their reports."""
    rng = np.random.default_rng(seed)
    opened = np.sort(rng.integers(0, 730 * 86_400, rows)) + np.datetime64("2024-01-01T00:00:00").astype("int64")
    closed = opened + rng.exponential(3 * 86_400, rows).astype("int64") + 60
    state = rng.choice(["处理中", "已办结", "重复件"], rows, p=[open_share, 0.97 - open_share, 0.03])
    community, matter, department = rng.integers(0, 60, rows), rng.integers(0, 80, rows), rng.integers(0, 25, rows)
    with file.open("w", encoding="utf-8", newline="") as stream:
        stream.write(_HEADER + "\n")
        for start in range(0, rows, 50_000):
            part = slice(start, min(start + 50_000, rows))
            frame = pd.DataFrame(
                {
                    "number": [f"HX{2024_0000_0000 + at}" for at in range(part.start, part.stop)],
                    "opened": _written(opened[part]),
                    "due": _written(opened[part] + 5 * 86_400),
                    "closed": np.where(state[part] == "处理中", "", _written(closed[part])),
                    "state": state[part],
                    "line": [f"第{at % 9}大类" for at in matter[part]],
                    "matter": [f"事项{at}" for at in matter[part]],
                    "channel": rng.choice(["12345", "网站", "微信", "来访"], part.stop - part.start),
                    "street": [f"街道{at % 8}" for at in community[part]],
                    "community_id": community[part],
                    "community": [f"社区{at}" for at in community[part]],
                    "department_id": department[part],
                    "department": [f"部门{at}" for at in department[part]],
                    "lon": (113.9 + community[part] / 300 + rng.random(part.stop - part.start) / 300).round(6),
                    "lat": (22.7 + rng.random(part.stop - part.start) / 30).round(6),
                }
            )
            frame.to_csv(stream, header=False, index=False)


def _written(seconds: np.ndarray) -> np.ndarray:
    return pd.to_datetime(seconds, unit="s").strftime("%Y/%m/%d %H:%M:%S").to_numpy()


def measures(*, rows: int = ROWS) -> list[Measure]:
    """The first load, the same file again, and a newer export in which some cases have been closed since."""
    with throwaway_folder() as folder, EmbeddedServer(folder) as server:
        (folder / "hotline.toml").write_text(MAPPING, encoding="utf-8")
        file, newer = folder / "export.csv", folder / "newer.csv"
        write_export(file, rows)
        write_export(newer, rows, open_share=0.05)
        url = server.url("owner")
        return [
            *_imported(folder, file, url, rows, "import of a CSV", budget=10_000),
            *_imported(folder, file, url, rows, "the same file again", budget=None),
            *_imported(folder, newer, url, rows, "a newer export of it", budget=None),
        ]


def _imported(folder: Path, file: Path, url: str, rows: int, what: str, *, budget: float | None) -> list[Measure]:
    command = [sys.executable, "-m", "seed", "import", str(file), "--mapping", str(folder / "hotline.toml")]
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        env={**os.environ, "DATABASE_URL": url, "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    assert process.stdout is not None
    said = process.stdout.read()
    if status != 0:
        raise RuntimeError(said)
    counts = re.search(r": ([\d,]+ rows = .*refused)", said)
    peak = usage.ru_maxrss / 1024
    note = f"{counts[1] if counts else said}; {usage.ru_utime + usage.ru_stime:.0f} s of its own processor"
    return [
        Measure(f"{what}, from start to end", rows / seconds, "rows/s", budget, at_most=False, note=note),
        Measure(f"{what}, resident memory", peak, "MB", 500),
    ]
