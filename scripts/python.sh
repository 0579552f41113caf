#!/bin/sh
# Prints the command of a Python that can build the environment: 3.11 to 3.14, with venv and pip. Says one sentence and
# fails when there is none. PYTHON, when set, is the only one considered; else a finished environment's own comes first.
set -u

if [ -n "${PYTHON:-}" ]; then
    set -- "$PYTHON"
else
    set -- python3 python3.14 python3.13 python3.12 python3.11 python
    if [ -e .venv/.installed-run ] && [ ! -e .venv/.unfinished ]; then
        set -- .venv/bin/python "$@"
    fi
fi

version_of() {
    "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null
}

seen=""
lame=""
for python in "$@"; do
    version=$(version_of "$python") || continue
    case "$version" in
        3.11.*|3.12.*|3.13.*|3.14.*) ;;
        *) seen="$seen, $python is $version"; continue ;;
    esac
    if "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        echo "$python"
        exit 0
    fi
    lame="$python"
done

if [ -n "$lame" ]; then
    echo "$lame has no venv: install it (on Debian: apt install $(basename "$lame")-venv) and try again." >&2
else
    found=${seen#, }
    echo "Python 3.11, 3.12, 3.13 or 3.14 is needed (${found:-no Python was found}): install one, or name it as in" \
        "\`make run PYTHON=/path/to/python3.12\`." >&2
fi
exit 1
