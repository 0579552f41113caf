"""Builds .venv from the pinned, hashed lists: with uv, and with pip where uv cannot be had.

Run by any Python 3.11 to 3.14 from the project's folder; needs nothing but the standard library. `--dev` adds what the
tests and checks need. A second run with unchanged lists does nothing. An installation that was cut short, or whose
Python has gone, is begun anew. Two at once in one folder wait for each other.
"""

import ensurepip
import fcntl
import hashlib
import os
import shutil
import ssl
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

VENV = Path(".venv")
PYTHON = VENV / "bin" / "python"
#: Stands while packages are being put in place.
UNFINISHED = VENV / ".unfinished"
LISTS = {"run": Path("requirements.txt"), "dev": Path("requirements-dev.txt")}
UV = Path("scripts/uv.txt")
VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"


def main() -> int:
    """Install what the arguments ask for; returns the exit status."""
    wanted = ["run", "dev"] if "--dev" in sys.argv[1:] else ["run"]
    with LISTS["run"].open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        missing = [name for name in wanted if not is_installed(name)]
        if not missing:
            return 0
        if UNFINISHED.exists() or not works():
            make_environment()
            missing = wanted
        UNFINISHED.touch()
        for name in missing:
            if not install(name):
                print(
                    f"The packages of {LISTS[name]} could not be installed: the reason stands above.", file=sys.stderr
                )
                return 1
        UNFINISHED.unlink()
    return 0


def stamp(name: str) -> Path:
    """File that remembers which state of a list is installed."""
    return VENV / f".installed-{name}"


def digest(name: str) -> str:
    """State of a list, for this version of Python."""
    return hashlib.sha256(VERSION.encode() + LISTS[name].read_bytes()).hexdigest()


def is_installed(name: str) -> bool:
    """Tell whether the list is installed as it stands, and the environment's Python still there."""
    mark = stamp(name)
    return not UNFINISHED.exists() and PYTHON.exists() and mark.exists() and mark.read_text("ascii") == digest(name)


def works() -> bool:
    """Tell whether the environment's Python starts and is of the version that runs this."""
    if not PYTHON.exists():
        return False
    test = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    return subprocess.run([PYTHON, "-c", test], capture_output=True, check=False).returncode == 0


def make_environment() -> None:
    """Make .venv anew with the Python that runs this; pip is put into it only where it cannot be run without."""
    print(f"Making .venv with Python {sys.version.split()[0]} …", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    venv.create(VENV, with_pip=not carried_pip(), symlinks=True)


def carried_pip() -> Path | None:
    """The packed pip that Python carries for new environments, which runs as it is: unpacking it takes seconds."""
    folders = [sysconfig.get_config_var("WHEEL_PKG_DIR"), Path(ensurepip.__file__).parent / "_bundled"]
    found = [wheel for folder in folders if folder for wheel in sorted(Path(folder).glob("pip-*.whl"))]
    return found[-1] if found else None


def pip() -> list[str | Path]:
    """The beginning of a pip command for the environment."""
    packed = carried_pip()
    return [PYTHON, packed / "pip"] if packed else [PYTHON, "-m", "pip"]


def install(name: str) -> bool:
    """Put the packages of a list in place, each checked against its hash; tells whether that worked."""
    packages = LISTS[name]
    print(f"Installing the packages of {packages} …", flush=True)
    options = ["--require-hashes", "-r", str(packages)]
    asking = [*pip(), "config", "list"]
    settings = subprocess.Popen(asking, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    has_uv = bring_uv()  # beside it: pip takes seconds to begin
    shown = settings.communicate()[0]
    if has_uv:
        command: list[str | Path] = [
            PYTHON,
            "-m",
            "uv",
            "pip",
            "install",
            "--quiet",
            "--python",
            PYTHON,
            *certificates(),
            *options,
        ]
        if run(command, **mirror(shown)):
            return mark(name)
        print("uv could not install them; pip tries.", flush=True)
    command = [*pip(), "install", "--quiet", "--disable-pip-version-check", "--no-deps", *options]
    return run(command) and mark(name)


def mark(name: str) -> bool:
    """Remember the state that is now installed."""
    stamp(name).write_text(digest(name), encoding="ascii")
    return True


def bring_uv() -> bool:
    """Tell whether uv is in the environment, bringing it there by pip at the first time."""
    if subprocess.run([PYTHON, "-m", "uv", "--version"], capture_output=True, check=False).returncode == 0:
        return True
    options = ["--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps", "-r", str(UV)]
    done = subprocess.run([*pip(), "install", *options], capture_output=True, check=False)
    return done.returncode == 0


def certificates() -> list[str]:
    """Return the option to trust whom the system trusts, where it names anyone: networks may have their own."""
    paths = ssl.get_default_verify_paths()
    named = paths.cafile or (paths.capath and any(Path(paths.capath).iterdir()))
    return ["--system-certs"] if named or sys.platform == "darwin" else []


def mirror(shown: str) -> dict[str, str]:
    """The package index of pip's settings as pip shows them, in uv's word for it: uv does not read them."""
    named = os.environ.get("PIP_INDEX_URL") or next(
        (line.partition("=")[2].strip("' ") for line in shown.splitlines() if line.startswith("global.index-url=")), ""
    )
    return {"UV_DEFAULT_INDEX": named} if named and "UV_DEFAULT_INDEX" not in os.environ else {}


def run(command: list[str | Path], **more: str) -> bool:
    """Run a command whose messages the person sees; tells whether it succeeded."""
    return subprocess.run(command, env={**os.environ, **more}, check=False).returncode == 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
