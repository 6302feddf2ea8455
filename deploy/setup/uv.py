"""Provides uv, which makes the environments: the one on the path, else a private one from pip."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.setup import interpreters
from deploy.setup.errors import SetupError
from deploy.setup.interpreters import Interpreter, Version
from deploy.setup.process import ToolFailed, Tools
from deploy.setup.project import Project
from deploy.setup.steps import Step

OLDEST = (0, 8)  # `uv venv --clear` and a stable `--torch-backend`
PINNED = "uv==0.13.9"
ADVICE = (
    "install uv yourself (`pip install uv`, or your system's package) so that it is on the PATH, "
    "then repeat the command"
)


def find_uv(project: Project) -> Path | None:
    """A uv that can be used: the private one first, because its version is known."""
    on_path = shutil.which("uv", path=project.environ.get("PATH"))
    places = [project.cache / "uv" / "bin" / "uv"] + ([Path(on_path)] if on_path else [])
    return next((place for place in places if place.is_file() and _new_enough(place)), None)


def _new_enough(uv: Path) -> bool:
    try:
        answer = subprocess.run(
            [str(uv), "--version"], capture_output=True, text=True, timeout=20, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return False
    match = re.match(r"uv (\d+)\.(\d+)", answer)
    return match is not None and (int(match[1]), int(match[2])) >= OLDEST


def step(project: Project) -> Step:
    """Installs uv into the clone's cache unless there is one."""

    def do(tools: Tools) -> None:
        target = project.cache / "uv"
        ways: list[list[str | Path]] = [
            # Needs pip only, and is allowed where the system's Python refuses other installs.
            [sys.executable, "-m", "pip", "install", "-q", "--target", target, PINNED],
            [sys.executable, "-m", "venv", "--clear", target],
        ]
        for way in ways:
            try:
                tools.run(*way)
                if not (target / "bin" / "uv").exists():
                    tools.run(target / "bin" / "python", "-m", "pip", "install", "-q", PINNED)
                return
            except ToolFailed as failure:
                output = failure.output
        raise SetupError("uv could not be installed with pip", advice=ADVICE, output=output)

    return Step("uv", "uv", lambda: find_uv(project) is not None, do)


def uv_command(project: Project) -> Path:
    uv = find_uv(project)
    if uv is None:
        raise SetupError("uv is missing after its installation", advice=ADVICE)
    return uv


def environ_for_uv(project: Project, tools: Tools) -> None:
    """Spares a warning when uv's cache and the clone are on two disks: then it must copy."""
    cache = Path(tools.environ.get("UV_CACHE_DIR") or Path(tools.environ["HOME"], ".cache"))
    while not cache.exists():
        cache = cache.parent
    if cache.stat().st_dev != project.root.stat().st_dev:
        tools.environ.setdefault("UV_LINK_MODE", "copy")


def interpreter(project: Project, tools: Tools, wanted: tuple[Version, ...]) -> Interpreter:
    """An interpreter of one of these versions: the machine's, else one that uv has or fetches."""
    found = interpreters.find(wanted, project.environ)
    if found:
        return found
    version = f"{wanted[0][0]}.{wanted[0][1]}"
    uv = uv_command(project)
    advice = (
        f"install Python {version} (your system's package, or `pyenv install {version}`), or let "
        f"this machine reach the internet so that uv can fetch it, then repeat the command"
    )
    try:
        answer = tools.run(uv, "python", "find", "--managed-python", version)
    except ToolFailed:
        tools.run(uv, "python", "install", version, advice=advice)
        answer = tools.run(uv, "python", "find", "--managed-python", version, advice=advice)
    fetched = interpreters.probe(Path(answer.splitlines()[-1]))
    if fetched is None:
        raise SetupError(f"the Python {version} that uv fetched does not run", advice=advice)
    return fetched
