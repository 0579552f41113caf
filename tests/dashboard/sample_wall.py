"""A wall of samples, served by tests and for looking: ?sample=busy&lang=zh&theme=dark&age=2&without=ranking."""

import time
from dataclasses import replace
from datetime import timedelta

import streamlit as st

from dashboard.pages import wall
from dashboard.snapshot import Snapshot
from tests.dashboard import other_places, sample_matters, samples

st.set_page_config(layout="wide")


@st.cache_resource(max_entries=20)
def _sample(name: str, without: str) -> Snapshot:
    snapshot = (samples.ALL | other_places.ALL)[name]()
    return replace(snapshot, **{without: None}) if without else snapshot  # type: ignore[arg-type]  # it is to fail


@st.fragment
def _body() -> None:
    asked = st.query_params.to_dict()
    chosen = wall.programme(asked)
    started = time.process_time()
    wall.draw(
        _sample(asked.get("sample", "busy"), asked.get("without", "")),
        language=asked.get("lang", "zh"),
        theme_name=asked.get("theme", "dark"),
        scenes=chosen.scenes,
        seconds=chosen.seconds,
        overlays=chosen.overlays,
        counts=chosen.counts,
        tiles={"url": asked["tiles"], "datum": asked.get("datum", "wgs84")} if "tiles" in asked else None,
        sound=chosen.sound,
        now=sample_matters.NOW + timedelta(seconds=float(asked.get("age", "2"))),
    )
    if "time" in asked:
        print(f"draw: {1000 * (time.process_time() - started):.1f} ms of CPU", flush=True)


_body()
