"""Checks that the pure modules (rules without I/O) import the standard library and each other only.

Which modules these are is listed in pyproject.toml under [tool.bangban] pure-modules: a module, or
`package.*` for everything below it. What is in pure-types may be imported as well.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from deploy.checks.sources import ROOT


def pure_files(root: Path, patterns: list[str]) -> dict[str, Path]:
    """Module name -> file. Raises FileNotFoundError for a pattern that names nothing."""
    files: dict[str, Path] = {}
    for pattern in patterns:
        whole = pattern.endswith(".*")
        base = root / pattern.removesuffix(".*").replace(".", "/")
        found = sorted(base.rglob("*.py")) if whole else [base.with_suffix(".py")]
        if not found or not all(path.is_file() for path in found):
            raise FileNotFoundError(f"pure-modules: {pattern} names no module")
        for path in found:
            files[_module_name(root, path)] = path
    return files


def impurities(root: Path, patterns: list[str], types: Sequence[str] = ()) -> list[str]:
    """One line for each import that a pure module must not have."""
    files = pure_files(root, patterns)
    lines = []
    for name, path in files.items():
        for number, imported in imports(path, name):
            standard = imported.partition(".")[0] in sys.stdlib_module_names
            if not standard and not _is_known(imported, {*files, *types}):
                lines.append(f"{path.relative_to(root)}:{number}: imports {imported}")
    return lines


def imports(path: Path, name: str) -> Iterator[tuple[int, str]]:
    """(line, module) for each import in a file; imports for type checkers only are left out."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in _runtime_nodes(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                yield node.lineno, f"{source}.{alias.name}"


def _runtime_nodes(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for other in child.orelse:
                yield other
                yield from _runtime_nodes(other)
        else:
            yield child
            yield from _runtime_nodes(child)


def _is_known(imported: str, modules: set[str]) -> bool:
    """`from a.b import c` may mean the module a.b.c or the name c in a.b."""
    return imported in modules or imported.rpartition(".")[0] in modules


def _module_name(root: Path, path: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def main() -> int:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    ours = settings["tool"]["bangban"]
    found = impurities(ROOT, ours["pure-modules"], ours["pure-types"])
    for line in found:
        print(f"{line}: a pure module may import the standard library and pure modules only")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
