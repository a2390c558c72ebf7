"""Run a module's ``main`` in a process of its own, so that a crash ends only that process."""

import json
import os
import sys

_BOOT = (
    "import json, sys; from importlib import import_module; "
    "sys.path[:] = json.loads(sys.argv[1]); import_module(sys.argv[2]).main()"
)


def command_of(module: str, *arguments: str) -> list[str]:
    """The command that runs ``module.main()`` with this interpreter and its module path.

    Neither the environment nor the user's own site-packages change what it imports.

    :param arguments: ``sys.argv[3:]`` there.
    """
    paths = json.dumps([os.path.abspath(path) for path in sys.path])
    return [sys.executable, "-I", "-c", _BOOT, paths, module, *arguments]
