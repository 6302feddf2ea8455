"""Installs the packages of the folders written in TypeScript from their lock files, and builds them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from deploy.setup.errors import SetupError
from deploy.setup.node import Node, fetch_node, find_node
from deploy.setup.process import Tools
from deploy.setup.project import Project
from deploy.setup.stamps import Stamp, digest, tree_digest
from deploy.setup.steps import Step

MADE = ("node_modules", "dist", "coverage")
PACKAGES_ADVICE = (
    "check that this machine reaches its npm registry (docs/offline.md says how to do without "
    "one), then repeat the command"
)


@dataclass(frozen=True)
class Folder:
    """A folder of this clone with a package.json.

    `reads`: folders outside of it that its build reads. `after`: the step that must be over first.
    """

    name: str
    title: str
    reads: tuple[str, ...] = ()
    after: str = "uv"

    def path(self, project: Project) -> Path:
        return project.root / self.name

    def there(self, project: Project) -> bool:
        return (self.path(project) / "package.json").is_file()

    @property
    def packages(self) -> str:
        """The name of the step that installs its packages."""
        return f"{self.name}-packages"


WEB = Folder("web", "web")
# One after the other: the first fetches Node.js where there is none.
MINIPROGRAM = Folder(
    "miniprogram", "mini-program", reads=("web/shared", "web/widget"), after=WEB.packages
)
FOLDERS = (WEB, MINIPROGRAM)


def steps(project: Project, folder: Folder) -> list[Step]:
    """The folder's steps, or none in a clone that has no such folder."""
    if not folder.there(project):
        return []
    packages = _packages_stamp(project, folder)
    build = Stamp(project.stamps / f"{folder.name}-build.json")
    built_to = folder.path(project) / "dist"
    build_advice = f"mend what the output above names in {folder.name}/, then repeat the command"

    def built() -> bool:
        return (
            built_to.is_dir()
            and packages.covers(_packages_inputs(project, folder))
            and build.covers(_build_inputs(project, folder))
        )

    def install(tools: Tools) -> None:
        packages.clear()
        node = find_node(project) or fetch_node(project, tools)
        arguments = ("ci", "--no-audit", "--no-fund")
        _run_npm(project, folder, node, tools, *arguments, advice=PACKAGES_ADVICE)
        packages.write(_packages_inputs(project, folder))

    def compile_(tools: Tools) -> None:
        build.clear()
        inputs = _build_inputs(project, folder)
        node = _node(project, folder)
        _run_npm(project, folder, node, tools, "run", "build", advice=build_advice)
        if not built_to.is_dir():
            raise SetupError(
                f"the {folder.title} build left no {folder.name}/dist", advice=build_advice
            )
        build.write(inputs)

    return [
        Step(
            folder.packages,
            f"{folder.title} packages",
            lambda: packages.covers(_packages_inputs(project, folder)),
            install,
            needs=(folder.after,),
        ),
        Step(
            f"{folder.name}-build",
            f"{folder.title} build",
            built,
            compile_,
            needs=(folder.packages,),
        ),
    ]


def packages_steps(project: Project, *folders: Folder) -> list[Step]:
    """What installs the folders' packages, without building."""
    wanted = {folder.packages for folder in folders}
    return [step for folder in folders for step in steps(project, folder) if step.name in wanted]


def has_script(project: Project, folder: Folder, name: str) -> bool:
    """Whether the folder's package.json defines this npm script."""
    if not folder.there(project):
        return False
    text = (folder.path(project) / "package.json").read_text(encoding="utf-8")
    return name in json.loads(text).get("scripts", {})


def script_command(
    project: Project, folder: Folder, name: str
) -> tuple[list[str], dict[str, str], Path]:
    """The command, the environment and the folder that run an npm script."""
    node = _node(project, folder)
    environ = node.environ(project.child_environ())
    return [*node.npm, "run", name], environ, folder.path(project)


def _node(project: Project, folder: Folder) -> Node:
    node = find_node(project)
    if node is None:
        raise SetupError(
            f"Node.js is gone since the {folder.title} packages were installed",
            advice=f"delete {folder.name}/node_modules and repeat the command",
        )
    return node


def _run_npm(
    project: Project, folder: Folder, node: Node, tools: Tools, *arguments: str, advice: str
) -> None:
    tools.environ = node.environ(tools.environ)
    tools.run(*node.npm, *arguments, cwd=folder.path(project), advice=advice)


def _packages_stamp(project: Project, folder: Folder) -> Stamp:
    return Stamp(folder.path(project) / "node_modules" / ".bangban-setup.json")


def _packages_inputs(project: Project, folder: Folder) -> dict[str, str]:
    path = folder.path(project)
    return {"packages": digest(path / "package.json", path / "package-lock.json", path / ".npmrc")}


def _build_inputs(project: Project, folder: Folder) -> dict[str, str]:
    inputs = {"sources": tree_digest(folder.path(project), without=MADE)}
    for name in folder.reads:
        inputs[name] = tree_digest(project.root / name, without=MADE)
    return inputs
