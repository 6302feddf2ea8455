"""Turns texts into vectors: the built-in model without importing torch, others by their own library."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from core.errors import BangbanError
from knowledge.retrieval.analysis import Analyser

Vectors = NDArray[np.float32]

# Written beside a model that wants analysed tokens, not raw text. The number changes with Analysis.features.
FEATURES_FILE, FEATURES_VERSION = "features.json", 1
# What libraries raise on a folder whose files are missing, torn or of another kind.
_LOADING = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    RuntimeError,
    AttributeError,
    ImportError,
    SafetensorError,
)
_STATIC_MODULES = ["StaticEmbedding", "Normalize"]


class EncoderUnusable(BangbanError):
    """BANGBAN_ENCODER names something that cannot be used. Details: `encoder`."""

    code, status = "encoder_unusable", 500
    default_message = "无法加载向量模型，请检查 BANGBAN_ENCODER。"


class Encoder(Protocol):
    """`id` changes with the weights: vectors of different ids must not be mixed."""

    id: str
    dimension: int

    def encode(self, texts: list[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimension). A text without known tokens gives zeros."""
        ...


class StaticEncoder:
    """Reads a saved SentenceTransformer of StaticEmbedding + Normalize with numpy.

    Importing sentence-transformers costs 6 s and 460 MB, which a mean of table rows does not need.
    A test holds the result equal to SentenceTransformer.encode on the same folder.
    """

    def __init__(self, folder: Path, analyser: Analyser) -> None:
        module = _module_folder(folder)
        self._tokenizer = Tokenizer.from_file(str(module / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._table: Vectors = load_file(str(module / "model.safetensors"))["embedding.weight"]
        self._analyser = analyser if (folder / FEATURES_FILE).exists() else None
        self.dimension = int(self._table.shape[1])
        self.id = _fingerprint(module)

    def encode(self, texts: list[str]) -> Vectors:
        result = np.zeros((len(texts), self.dimension), dtype=np.float32)
        prepared = prepare(texts, self._analyser) if self._analyser else texts
        for i, encoding in enumerate(
            self._tokenizer.encode_batch(prepared, add_special_tokens=False)
        ):
            if encoding.ids:
                result[i] = self._table[encoding.ids].mean(axis=0)
        return _unit(result)


class TransformerEncoder:
    """Any sentence-transformers model, by directory or hub name."""

    def __init__(self, name: str) -> None:
        # Imported here: 6 s and 460 MB, paid only by those who chose such a model.
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(name, device="cpu", trust_remote_code=False)
        except _LOADING as error:
            raise EncoderUnusable(
                f"无法加载向量模型 {name}：{_first_line(error)}", encoder=name
            ) from error
        self.dimension = int(self._model.encode(["公积金"]).shape[1])
        folder = Path(name)
        self.id = (
            _fingerprint(folder)
            if folder.is_dir()
            else hashlib.sha256(name.encode()).hexdigest()[:16]
        )

    def encode(self, texts: list[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = self._model.encode(texts, convert_to_numpy=True, show_progress_bar=False)
        return _unit(np.asarray(vectors, dtype=np.float32))


def prepare(texts: list[str], analyser: Analyser) -> list[str]:
    """What the built-in model's tokenizer reads: the analysed tokens, separated by spaces."""
    return [
        " ".join(token.replace(" ", "_") for token in analyser(text).features()) for text in texts
    ]


def load_encoder(folder_or_name: str, analyser: Analyser) -> Encoder:
    """The encoder at a directory, or the hub model of that name. Raises EncoderUnusable."""
    folder = Path(folder_or_name)
    if not folder.is_dir():
        if os.sep in folder_or_name and (folder.is_absolute() or folder_or_name.startswith(".")):
            raise EncoderUnusable(f"向量模型目录不存在：{folder_or_name}", encoder=folder_or_name)
        return TransformerEncoder(folder_or_name)
    if not (folder / "modules.json").is_file():
        raise EncoderUnusable(
            f"{folder_or_name} 不是 sentence-transformers 模型目录（缺少 modules.json）",
            encoder=folder_or_name,
        )
    try:
        if _module_types(folder) == _STATIC_MODULES:
            _check_features(folder)
            return StaticEncoder(folder, analyser)
    except _LOADING as error:
        raise EncoderUnusable(
            f"{folder_or_name} 已损坏：{_first_line(error)}", encoder=folder_or_name
        ) from error
    return TransformerEncoder(folder_or_name)


def _check_features(folder: Path) -> None:
    file = folder / FEATURES_FILE
    if file.exists() and json.loads(file.read_text("utf-8")).get("version") != FEATURES_VERSION:
        raise EncoderUnusable(f"{folder} 是旧版本训练的模型，请删除后重新训练", encoder=str(folder))


def _modules(folder: Path) -> list[dict[str, Any]]:
    modules: list[dict[str, Any]] = json.loads((folder / "modules.json").read_text("utf-8"))
    return modules


def _module_types(folder: Path) -> list[str]:
    return [str(m["type"]).rsplit(".", 1)[-1] for m in _modules(folder)]


def _module_folder(folder: Path) -> Path:
    return folder / _modules(folder)[0]["path"]


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*")):
        if file.suffix in (".safetensors", ".bin", ".json"):
            digest.update(file.name.encode())
            with file.open("rb") as stream:
                while block := stream.read(1 << 20):
                    digest.update(block)
    return digest.hexdigest()[:16]


def _unit(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: Vectors = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)
    return result


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0][:200]
