"""A program that reads its code at once and begins when told, so that what it waits for need not wait for it.

``python -m seed.warm MODULE,MODULE program arguments…`` imports the modules, waits for a line on standard input, and
then runs the module ``program`` as ``python -m program arguments…`` would. Without a line it ends and has done nothing.
"""

import importlib
import runpy
import sys


def main() -> None:
    """Import, wait, run."""
    modules, *command = sys.argv[1:]
    for module in modules.split(","):
        importlib.import_module(module)
    if sys.stdin.readline():
        sys.argv = command
        runpy.run_module(command[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
