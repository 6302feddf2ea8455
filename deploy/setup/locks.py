"""`make lock`: compiles requirements/*.in into the lock files that the environments are made of."""

from __future__ import annotations

import re
import shutil

from deploy.setup import pip_settings
from deploy.setup.environments import (
    RASA_PYTHONS,
    SERVER_PYTHONS,
    TORCH_ADVICE,
    locked_version,
)
from deploy.setup.errors import SetupError
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
LOCK_ADVICE = (
    "mend requirements/*.in if the output names a conflict, or let this machine reach its package "
    "index and PyTorch's CPU index, then repeat `make lock`"
)
PLATFORM = "x86_64-manylinux_2_28"  # where it runs in earnest, whoever compiles the lock


def without_build(lock: str) -> str:
    """The lock with PyTorch's version, but not its build. Raises when CUDA packages are in it."""
    cuda = re.findall(r"(?m)^((?:nvidia|cuda)-[^=\s]+|triton)==", lock)
    if cuda:
        raise SetupError(
            f"the lock would pull CUDA packages: {', '.join(cuda)}", advice=TORCH_ADVICE
        )
    return re.sub(r"(?m)^(torch==[^+\s]+)\+\S+", r"\1", lock)


def lock(project: Project, screen: Screen) -> int:
    """Rewrites the lock files; versions move only where *.in or UPGRADE=1 asks for it."""
    upgrade = ["--upgrade"] if project.environ.get("UPGRADE") else []

    def compile_(tools: Tools) -> None:
        environ_for_uv(project, tools)
        settings = pip_settings.read(project.environ)
        # Without a wheel folder the CPU build comes from PyTorch's index, which uv knows.
        source = settings.find_links_options() or ["--torch-backend", "cpu"]
        cpu_build = project.cache / "torch-constraint.txt"
        torch = locked_version(project.requirements / "server.in", "torch")
        cpu_build.write_text(f"torch=={torch}+cpu\n", encoding="utf-8")
        for name, (major, minor) in LOCKS:
            # Compiled beside the lock and moved over it when it is whole and as it should be.
            lock_file = project.requirements / f"{name}.txt"
            draft = project.requirements / f".{name}.txt"
            if lock_file.exists():
                shutil.copyfile(lock_file, draft)  # its versions are kept where they fit
            try:
                tools.run(
                    *(uv_command(project), "pip", "compile", "--quiet"),
                    *("--no-header", "--no-annotate", "--constraint", cpu_build),
                    *("--python-version", f"{major}.{minor}", "--python-platform", PLATFORM),
                    *(*source, *upgrade, f"{name}.in", "--output-file", draft.name),
                    cwd=project.requirements,
                    advice=LOCK_ADVICE,
                )
                content = without_build(draft.read_text(encoding="utf-8"))
                lock_file.write_text(content, encoding="utf-8")
            finally:
                draft.unlink(missing_ok=True)

    run_steps(
        project,
        [uv_step(project), Step("lock", "lock files", lambda: False, compile_, needs=("uv",))],
        screen,
    )
    version = locked_version(project.requirements / "server.txt", "torch")
    screen.line(f"    requirements/*.txt are current (torch {version}); commit them with *.in")
    return 0
