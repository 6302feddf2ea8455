"""What editors wrote arrives in Rasa as they wrote it: read back by Rasa's own readers."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from bot.editing.catalogue import shipped
from bot.editing.data import EditedData, OwnFlow, OwnIntent
from bot.editing.flow import FlowContent
from bot.project import compose
from bot.training import rasa_environment, rasa_python
from core.settings import ROOT

NASTY = [
    "[三千](amount)块能贷吗", "[a]{\"entity\": \"amount\"}", "- 减号开头", "${HOME}是什么", "/greet 一下", "null", "1",
    "a: b #c", "引号\"和'单引号", "反斜杠\\n不换行", "* 星号", "| 竖线", "表情😀也行", "{slot}",
]  # fmt: skip
REPLY = ["冒号: 和 # 井号", "- 第一行\n- 第二行", "${PATH}", "[链接](http://example.cn)"]
FLOW = FlowContent.model_validate(
    {"nodes": [{"id": "a", "text": "问", "choices": [{"label": "人", "to": {"kind": "person"}}]}]}
)
DATA = EditedData(
    intents=[
        OwnIntent(name="own_nasty", title="怪", means="怪。", replies=REPLY),
        OwnIntent(name="own_flow", title="流程", means="流程。", flow="k"),
    ],
    flows=[OwnFlow(key="k", title="流程", content=FLOW)],
    examples={"own_nasty": NASTY, "own_flow": ["走流程"], "thanks": [shipped().examples["bye"][0]]},
    replies={"utter_thanks": ["不客气: #1"], "utter_gone": ["旧版本的"]},
)
READ = """
import json, sys
from bot.components import lean
lean.install()
from rasa.shared.importers.importer import TrainingDataImporter
importer = TrainingDataImporter.load_from_config(sys.argv[1], sys.argv[2], sys.argv[3:])
domain = importer.get_domain()
nlu = importer.get_nlu_data()
print(json.dumps({
    "examples": [[e.get("text"), e.get("intent"), e.get("entities") or []] for e in nlu.intent_examples],
    "intents": domain.intents, "forms": domain.forms, "actions": domain.action_names_or_texts,
    "responses": domain.responses, "slots": [s.name for s in domain.slots],
    "rules": [s.block_name for s in importer.get_stories().story_steps],
}))
"""


@pytest.mark.rasa
def test_rasa_reads_every_text_as_it_was_written(tmp_path: Path) -> None:
    project = compose(ROOT, {"ask_loan": ["[贷款]怎么办", "走流程"]}, DATA, shipped())
    domain, extra = project.write(tmp_path)
    done = subprocess.run(
        [str(rasa_python(ROOT)), "-c", READ, str(ROOT / "config.yml"), str(domain), str(extra)],
        cwd=ROOT, env=rasa_environment(ROOT), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout.strip().splitlines()[-1])
    nasty = sorted(text for text, intent, _ in read["examples"] if intent == "own_nasty")
    # As citizens' messages reach Rasa: a slash at the beginning would be a command.
    assert nasty == sorted("／greet 一下" if text == "/greet 一下" else text for text in NASTY)
    assert all(entities == [] for *_, entities in read["examples"])
    assert [t["text"] for t in read["responses"]["utter_own_nasty"]] == REPLY
    assert [t["text"] for t in read["responses"]["utter_thanks"]] == ["不客气: #1"]
    assert "utter_gone" not in read["responses"]
    # An editor's wording goes before that of an article, the product's own intent before an editor's example.
    assert [i for text, i, _ in read["examples"] if text == "走流程"] == ["own_flow"]
    assert "thanks" not in {intent for _, intent, _ in read["examples"]}
    assert {"own_nasty", "own_flow", *shipped().intents} <= set(read["intents"])
    assert read["forms"]["flow_k_form"] == {"required_slots": ["flow_k_a"]}
    assert {"validate_flow_k_form", "action_flow_k_result"} <= set(read["actions"])
    assert "flow_k_a" in read["slots"]
    assert {"own_nasty", "own_flow"} <= set(read["rules"])


def test_the_same_data_has_the_same_model_and_any_change_another() -> None:
    def name(data: EditedData) -> str:
        return compose(ROOT, {}, data, shipped()).model_name

    assert name(DATA) == name(DATA.model_copy(deep=True))
    changed = (
        {"examples": {"own_nasty": NASTY[1:]}}, {"replies": {}}, {"flows": []}, {"intents": DATA.intents[:1]},
    )  # fmt: skip
    assert len({name(DATA), *(name(DATA.model_copy(update=update)) for update in changed)}) == 5
    # What only tests a model does not make another one.
    assert name(DATA) == name(DATA.model_copy(update={"regression": []}))
