"""A sentence-transformers model made on the spot: a vector for each character, so that an index builds at once."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split

DIMENSION = 64
_CHARACTERS = [chr(code) for code in (*range(0x21, 0x7F), *range(0x4E00, 0x9FA6))]


def write_encoder(folder: Path) -> Path:
    """Texts are alike in the measure in which they share characters. Returns `folder`."""
    module = folder / "0_StaticEmbedding"
    module.mkdir(parents=True)
    vocabulary = {"[UNK]": 0, **{c: i for i, c in enumerate(_CHARACTERS, start=1)}}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Split(Regex("."), behavior="isolated")
    tokenizer.save(str(module / "tokenizer.json"))
    table = np.random.default_rng(7).standard_normal((len(vocabulary), DIMENSION))
    save_file({"embedding.weight": table.astype(np.float32)}, module / "model.safetensors")
    modules = [
        {"idx": i, "name": str(i), "path": f"{i}_{name}", "type": f"sentence_transformers.models.{name}"}
        for i, name in enumerate(("StaticEmbedding", "Normalize"))
    ]  # fmt: skip
    (folder / "modules.json").write_text(json.dumps(modules), "utf-8")
    return folder
