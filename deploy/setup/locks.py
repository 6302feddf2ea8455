"""`make lock`: compiles requirements/*.in into the lock files that the environments are made of."""

from __future__ import annotations

import re

from deploy.setup import pip_settings
from deploy.setup.environments import NETWORK_ADVICE, RASA_PYTHONS, SERVER_PYTHONS, locked_version
from deploy.setup.interpreters import Version
from deploy.setup.process import Tools
from deploy.setup.project import Project
from deploy.setup.steps import Screen, Step, run_steps
from deploy.setup.uv import environ_for_uv, uv_command
from deploy.setup.uv import step as uv_step

# dev.in is constrained by server.txt, so it comes after it.
LOCKS: tuple[tuple[str, Version], ...] = (
    ("server", SERVER_PYTHONS[0]),
    ("dev", SERVER_PYTHONS[0]),
    ("rasa", RASA_PYTHONS[0]),
)


def lock(project: Project, screen: Screen) -> int:
    """Rewrites the lock files; versions move only where *.in or UPGRADE=1 asks for it."""
    upgrade = ["--upgrade"] if project.environ.get("UPGRADE") else []

    def compile_(tools: Tools) -> None:
        environ_for_uv(project, tools)
        settings = pip_settings.read(project.environ)
        # Without a wheel folder the CPU build comes from PyTorch's index, which uv knows.
        source = settings.find_links_options() or ["--torch-backend", "cpu"]
        for name, (major, minor) in LOCKS:
            lock_file = project.requirements / f"{name}.txt"
            tools.run(
                *(uv_command(project), "pip", "compile", "--quiet", "--no-header", "--no-annotate"),
                *("--python-version", f"{major}.{minor}", *source, *upgrade),
                *(f"{name}.in", "--output-file", f"{name}.txt"),
                cwd=project.requirements,
                advice=NETWORK_ADVICE,
            )
            # The set-up adds the build (+cpu) where the platform has one; the lock names none.
            content = lock_file.read_text(encoding="utf-8")
            lock_file.write_text(re.sub(r"(?m)^(torch==[^+\s]+)\+\S+", r"\1", content), "utf-8")

    run_steps(
        project,
        [uv_step(project), Step("lock", "lock files", lambda: False, compile_, needs=("uv",))],
        screen,
    )
    version = locked_version(project.requirements / "server.txt", "torch")
    screen.line(f"    requirements/*.txt are current (torch {version}); commit them with *.in")
    return 0
