"""Sees to it that the tests find a Chromium, and typefaces with Chinese characters.

Root on a Debian-like system gets both by apt; everybody else uses what is there, or Playwright's own Chromium. Ends
with status 1 and one sentence when no browser can be had. Run by the environment's Python from the project's folder.
"""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def main() -> int:
    """Install what is missing; returns the exit status."""
    missing = ([] if has_browser() else ["chromium"]) + ([] if has_chinese() else ["fonts-noto-cjk"])
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        by_apt(missing)
    if not has_browser():
        print("Fetching Playwright's own Chromium …", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if not has_browser():
        print(
            "The tests need a Chromium and none could be installed: install the package chromium, "
            "or set CHROMIUM to the path of one.",
            file=sys.stderr,
        )
        return 1
    if not has_chinese():
        print("No typeface with Chinese characters is installed (Debian: fonts-noto-cjk); boxes will stand for them.")
    return 0


def has_browser() -> bool:
    """Tell whether a browser starts: named by CHROMIUM, installed, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    programs = [named] if named else [found for name in NAMES if (found := shutil.which(name))]
    if not programs:
        with sync_playwright() as playwright:
            programs = [playwright.chromium.executable_path]
    return any(starts(program) for program in programs)


def starts(program: str) -> bool:
    """Tell whether the program runs at all; Ubuntu's is a stand-in that only says to install another."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def has_chinese() -> bool:
    """Tell whether some installed typeface has Chinese characters."""
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout.strip())


def by_apt(packages: list[str]) -> None:
    """Install Debian packages without a question; a failure shows in what is still missing afterwards."""
    print(f"Installing {' and '.join(packages)} by apt …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["-y", "install", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", "-qq", *command], stdout=subprocess.DEVNULL, env=environment, check=False)


if __name__ == "__main__":
    sys.exit(main())
