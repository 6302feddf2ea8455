"""`python3 -m deploy.setup TARGET`: what the Makefile calls."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path

from deploy.setup import targets
from deploy.setup.errors import SetupError
from deploy.setup.locks import lock
from deploy.setup.project import Project
from deploy.setup.steps import Screen, explain

TARGETS: dict[str, Callable[[Project, Screen], int]] = {
    "run": targets.run,
    "test": targets.test,
    "check": targets.check,
    "bench": targets.bench,
    "lock": lock,
    "miniprogram": targets.miniprogram,
}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in TARGETS:
        print(f"usage: python3 -m deploy.setup {{{'|'.join(TARGETS)}}}", file=sys.stderr)
        return 2
    project = Project(Path(__file__).resolve().parents[2])
    screen = Screen()
    signal.signal(signal.SIGTERM, _terminated)
    try:
        return TARGETS[arguments[0]](project, screen)
    except SetupError as error:
        explain(error, screen)
        return 1
    except OSError as error:
        problem = SetupError(
            str(error), advice="check the disk's free space and the folder's owner, then repeat"
        )
        explain(problem, screen)
        return 1
    except KeyboardInterrupt:
        screen.line("Interrupted. Repeat the command to go on; what was half done is done again.")
        return 130


def _terminated(signum: int, frame: object) -> None:
    raise SystemExit(128 + signum)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
