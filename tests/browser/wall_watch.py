"""What tests and the soak see of an open wall: its state, its words, a sampler in the page."""

import time
from collections.abc import Callable

import psutil
import pytest
from playwright.sync_api import Error, Page

#: In the page: the text of the wall, which is drawn in a shadow root.
TEXT = "() => [...document.querySelectorAll('*')].map(e => e.shadowRoot?.textContent ?? '').join(' ')"
LATE = "() => document.documentElement.dataset.wallLate ?? 'no wall'"
#: In the page: words of Streamlit's own about connections and errors, if any can be seen.
FOREIGN = """() => [...document.querySelectorAll('[data-testid=stDialog], [role=dialog], [data-testid=stException],'
  + ' [data-testid=stConnectionStatus], [data-testid=stStatusWidget], .no-picture')]
  .filter(e => e.checkVisibility({ opacityProperty: true })).map(e => e.innerText)"""
#: In the page: at each tenth of a second the day of the picture and how late the wall says it is.
SAMPLE = """() => {
  window.samples = []
  setInterval(() => window.samples.push({
    at: window.ggPulse?.serverNow, day: window.wallData?.panels.day, late: document.documentElement.dataset.wallLate,
  }), 100)
}"""


def asked(page: Page, script: str) -> object:
    """The answer of the page; None while it is being loaded anew."""
    try:
        return page.evaluate(script)
    except Error:
        return None


def lateness(page: Page) -> object:
    return asked(page, LATE)


def shows(page: Page, words: str) -> bool:
    return words in str(asked(page, TEXT))


def foreign_words(page: Page) -> object:
    return asked(page, FOREIGN) or []


def seconds_until(is_so: Callable[[], bool], limit: float, what: str, step: float = 0.05) -> float:
    """Seconds until it is so; fails after `limit`."""
    started = time.monotonic()
    while not is_so():
        if time.monotonic() - started > limit:
            pytest.fail(f"{what}: not within {limit} s")
        time.sleep(step)
    return time.monotonic() - started


def open_wall(page: Page, url: str, **parameters: str) -> None:
    """Open the wall and wait until it is drawn and says that all is well."""
    query = "&".join(f"{name}={value}" for name, value in {"lang": "zh", **parameters}.items())
    page.goto(f"{url}/wall?{query}")
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stDeckGlJsonChart] canvas') && window.wallData", timeout=60_000
    )
    page.wait_for_function("() => document.documentElement.dataset.wallLate === ''", timeout=30_000)


def family(pid: int) -> list[psutil.Process]:
    """A process and all below it."""
    head = psutil.Process(pid)
    return [head, *head.children(recursive=True)]
