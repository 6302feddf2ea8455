"""`bangban kb` as a person at the command line meets it, on the shipped content."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.migrate import upgrade
from core.errors import BangbanError
from knowledge.cli import build_kb_app


@pytest.fixture
def kb(tmp_path, monkeypatch):
    """Runs a command with a home of its own; a failure is what app.cli prints as one line."""
    monkeypatch.setenv("BANGBAN_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("BANGBAN_DATABASE_URL", raising=False)
    (tmp_path / "home").mkdir()
    app = build_kb_app(lambda settings: upgrade(settings.resolved_database_url))

    def run(*arguments: str, stdin: str = ""):
        return CliRunner().invoke(app, list(arguments), input=stdin)

    return run


def rows(folder: Path, *items: dict, name: str = "a.jsonl") -> str:
    path = folder / name
    path.write_text("\n".join(json.dumps(i, ensure_ascii=False) for i in items), "utf-8")
    return str(path)


def test_the_shipped_content_answers_with_its_citation(kb) -> None:
    result = kb("search", "租房可以提取公积金吗", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["band"] == "answer"
    first = found["results"][0]
    assert first["question"] == "租房可以提取公积金吗"
    assert first["citations"][0]["document"]
    assert {"article_id", "question", "score", "band", "citations"} <= first.keys()


def test_many_questions_are_answered_in_one_process(kb) -> None:
    result = kb(
        "search", "--batch", "--json", "--top", "1", stdin="失业金可以领几个月\n\n今天天气怎么样\n"
    )
    known, unknown = json.loads(result.stdout)
    assert known["band"] == "answer"
    assert unknown["band"] != "answer"


def test_an_imported_article_is_found_and_an_expired_one_only_as_of_its_time(kb, tmp_path) -> None:
    old = {
        "question": "旧馆几点开门",
        "answer": "九点。",
        "effective_from": "2020-01-01",
        "effective_to": "2021-12-31",
    }
    assert kb("import", rows(tmp_path, old), "--publish").exit_code == 0
    today = json.loads(kb("search", "旧馆几点开门", "--json").stdout)
    then = json.loads(kb("search", "旧馆几点开门", "--as-of", "2021-06-01", "--json").stdout)
    assert "旧馆几点开门" not in [r["question"] for r in today["results"]]
    assert then["results"][0]["question"] == "旧馆几点开门"


def test_a_report_names_row_and_field_of_what_was_refused(kb, tmp_path) -> None:
    result = kb(
        "import", rows(tmp_path, {"question": "问题一", "answer": "答"}, {"question": "问题二"})
    )
    assert result.exit_code == 0
    assert "第 2 行 answer" in result.output


def test_all_or_nothing_fails_when_a_row_is_wrong(kb, tmp_path) -> None:
    path = rows(tmp_path, {"question": "问题一", "answer": "答"}, {"question": "问题二"})
    result = kb("import", path, "--atomic", "--publish", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["code"] == "import_refused"
    found = json.loads(kb("search", "问题一", "--json").stdout)
    assert "问题一" not in [r["question"] for r in found["results"]]


def test_an_import_of_nothing_usable_fails(kb, tmp_path) -> None:
    assert kb("import", rows(tmp_path, {"question": "问题二"})).exit_code == 1


def test_what_was_exported_imports_as_unchanged(kb, tmp_path) -> None:
    out = tmp_path / "out.jsonl"
    assert kb("export", str(out)).exit_code == 0
    result = kb("import", str(out), "--publish", "--json")
    (report,) = json.loads(result.stdout)["files"]
    assert report["created"] == report["changed"] == 0
    assert report["unchanged"] >= 150
    assert report["refused"] == []


def test_an_evaluation_prints_its_figures(kb, tmp_path) -> None:
    path = rows(
        tmp_path, {"query": "租房可以提取公积金吗", "expect": "租房可以提取公积金吗"},
        {"query": "今天天气怎么样", "expect": None},
    )  # fmt: skip
    report = json.loads(kb("eval", path, "--json", "--batch").stdout)
    assert report["figures"]["r_at_1"] == 1.0
    assert report["figures"]["out_of_scope_answered"] == 0.0
    assert [a["expect"] for a in report["answers"]] == ["租房可以提取公积金吗", None]


@pytest.mark.parametrize(
    "arguments",
    [
        ("search",),
        ("search", "问题", "--batch"),
        ("import", "missing.jsonl"),
        ("export", "kb.pdf"),
        ("eval", "missing.jsonl"),
    ],
)
def test_a_wrong_call_is_an_error_a_person_can_read(kb, arguments: tuple[str, ...]) -> None:
    result = kb(*arguments)
    assert isinstance(result.exception, BangbanError)
    assert result.exception.message


@pytest.mark.parametrize(
    "arguments", [("search", "问题", "--as-of", "soon"), ("search", "问题", "--top", "0")]
)
def test_wrong_options_are_refused(kb, arguments: tuple[str, ...]) -> None:
    assert kb(*arguments).exit_code == 2
