"""The browser of the tests: Debian's Chromium, one that is named or there, or Playwright's own."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, Error, Playwright

#: Software WebGL, so that maps draw without a graphics card; nothing that asks the internet.
ARGUMENTS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--no-first-run",
]
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def installed_browser() -> str | None:
    """Path of the browser named by CHROMIUM, else of one that is installed; None leaves it to Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def browser_is_there(playwright: Playwright) -> bool:
    """Tell whether any browser can be started."""
    return installed_browser() is not None or Path(playwright.chromium.executable_path).exists()


def launch(playwright: Playwright) -> Browser:
    """Start the browser without a window; without one the test is skipped, or fails where REQUIRE_BROWSER is set."""
    if not browser_is_there(playwright):
        _missing("no Chromium is installed: `make test` installs one")
    try:
        return playwright.chromium.launch(executable_path=installed_browser(), args=ARGUMENTS)
    except Error as error:
        _missing(f"Chromium does not start: {error.message.splitlines()[0]}")


def _missing(reason: str) -> NoReturn:
    if os.environ.get("REQUIRE_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)
