"""A wall of samples, served by tests and for looking: ?sample=busy&lang=zh&theme=dark&scenes=overview&age=2."""

import time
from datetime import timedelta

import streamlit as st

from dashboard.pages import wall
from dashboard.snapshot import Snapshot
from tests.dashboard import samples

st.set_page_config(layout="wide")


@st.cache_resource(max_entries=20)
def _sample(name: str) -> Snapshot:
    return samples.ALL[name]()


@st.fragment
def _body() -> None:
    asked = st.query_params.to_dict()
    chosen = wall.programme(asked)
    started = time.process_time()
    wall.draw(
        _sample(asked.get("sample", "busy")),
        language=asked.get("lang", "zh"),
        theme_name=asked.get("theme", "dark"),
        scenes=chosen.scenes,
        every=chosen.every,
        overlays=chosen.overlays,
        sound=chosen.sound,
        now=samples.NOW + timedelta(seconds=float(asked.get("age", "2"))),
    )
    if "time" in asked:
        print(f"draw: {1000 * (time.process_time() - started):.1f} ms of CPU", flush=True)


_body()
