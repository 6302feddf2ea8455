"""Installs the web folder's packages from its lock file and builds console and widget."""

from __future__ import annotations

import json

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
BUILD_ADVICE = "mend what the output above names in web/, then repeat the command"


def steps(project: Project) -> list[Step]:
    """The web steps, or none in a clone that has no web folder."""
    if not (project.web / "package.json").is_file():
        return []
    packages = _packages_stamp(project)
    build = Stamp(project.stamps / "web-build.json")

    def built() -> bool:
        return (
            (project.web / "dist").is_dir()
            and packages.covers(_packages_inputs(project))
            and build.covers(_build_inputs(project))
        )

    def install(tools: Tools) -> None:
        packages.clear()
        node = find_node(project) or fetch_node(project, tools)
        _run_npm(project, node, tools, "ci", "--no-audit", "--no-fund", advice=PACKAGES_ADVICE)
        packages.write(_packages_inputs(project))

    def compile_(tools: Tools) -> None:
        build.clear()
        inputs = _build_inputs(project)
        _run_npm(project, _node(project), tools, "run", "build", advice=BUILD_ADVICE)
        if not (project.web / "dist").is_dir():
            raise SetupError("the web build left no web/dist", advice=BUILD_ADVICE)
        build.write(inputs)

    return [
        Step(
            "web-packages",
            "web packages",
            lambda: packages.covers(_packages_inputs(project)),
            install,
            needs=("uv",),
        ),
        Step("web-build", "web build", built, compile_, needs=("web-packages",)),
    ]


def has_script(project: Project, name: str) -> bool:
    """Whether web/package.json defines this npm script."""
    path = project.web / "package.json"
    if not path.is_file():
        return False
    scripts = json.loads(path.read_text(encoding="utf-8")).get("scripts", {})
    return name in scripts


def script_command(project: Project, name: str) -> tuple[list[str], dict[str, str]]:
    """The command and the environment that run an npm script of the web folder."""
    node = _node(project)
    return [*node.npm, "run", name], node.environ(project.child_environ())


def _node(project: Project) -> Node:
    node = find_node(project)
    if node is None:
        raise SetupError(
            "Node.js is gone since the web packages were installed",
            advice="delete web/node_modules and repeat the command",
        )
    return node


def _run_npm(project: Project, node: Node, tools: Tools, *arguments: str, advice: str) -> None:
    tools.environ = node.environ(tools.environ)
    tools.run(*node.npm, *arguments, cwd=project.web, advice=advice)


def _packages_stamp(project: Project) -> Stamp:
    return Stamp(project.web / "node_modules" / ".bangban-setup.json")


def _packages_inputs(project: Project) -> dict[str, str]:
    return {
        "packages": digest(
            project.web / "package.json",
            project.web / "package-lock.json",
            project.web / ".npmrc",
        )
    }


def _build_inputs(project: Project) -> dict[str, str]:
    return {"sources": tree_digest(project.web, without=MADE)}
