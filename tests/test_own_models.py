"""Checkpoints of the host's list: what they are said to be, what is refused, loaded and let go. On tiny made ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import BertForQuestionAnswering, BertModel, LlamaConfig, LlamaForCausalLM

import core
from core import own_models
from core.backbone import int8
from core.backbone.causal import CausalLM, Message
from core.backbone.pooling import Pooling
from core.backbone.tokenizer import build_tokenizer
from core.errors import InputError
from core.triples.chat_extractor import read_line
from demos.shell.by_example import _answer
from demos.shell.own_model import Shown
from tests.tiny import tiny_config

A, B = "今天天气真好", "我喜欢这部电影"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encoder with pooling, a reader, a model that chats, a pickle, and one that wants its own code."""
    folder = tmp_path_factory.mktemp("own")
    tokenizer = build_tokenizer(A + B, 64)
    torch.manual_seed(0)
    for name, kind in (("encoder", BertModel), ("reader", BertForQuestionAnswering)):
        kind(tiny_config(len(tokenizer), max_position_embeddings=64)).save_pretrained(folder / name)
        tokenizer.save_pretrained(folder / name)
    tokenizer.chat_template = "{% for m in messages %}[{{ m.role }}]{{ m.content }}\n{% endfor %}[assistant]"
    size = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 1}
    ends = {"eos_token_id": tokenizer.sep_token_id, "pad_token_id": tokenizer.pad_token_id}
    LlamaForCausalLM(LlamaConfig(vocab_size=len(tokenizer), **size, **ends)).save_pretrained(folder / "chat")
    tokenizer.save_pretrained(folder / "chat")
    (folder / "encoder" / "README.md").write_text("---\nlicense: mit\n---\n# Tiny\n", encoding="utf-8")
    pool(folder / "encoder", pooling_mode_cls_token=True)
    for name, config, weights in (
        ("pickle", {"model_type": "bert", "architectures": ["BertModel"]}, "pytorch_model.bin"),
        ("code", {"model_type": "unheard-of", "auto_map": {"AutoModel": "modeling.Model"}}, "model.safetensors"),
    ):
        (folder / name).mkdir()
        (folder / name / "config.json").write_text(json.dumps(config), encoding="utf-8")
        (folder / name / weights).write_bytes(b"x")
    return folder


def pool(folder: Path, *more: str, **modes: bool) -> None:
    kinds = {"Transformer": "", "Pooling": "1_Pooling"} | {name: f"2_{name}" for name in more}
    modules = [{"path": path, "type": f"sentence_transformers.models.{name}"} for name, path in kinds.items()]
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    (folder / "1_Pooling").mkdir(exist_ok=True)
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(modes), encoding="utf-8")


@pytest.fixture(autouse=True)
def host(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("encoder", "reader", "chat", "pickle", "code", "gone")
    monkeypatch.setenv(own_models.VARIABLE, ", ".join([*(str(folder / name) for name in names), "nobody/nothing"]))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)


def test_the_list_is_shown_by_names_that_tell_nothing_of_the_disk(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(own_models.listed()) == ["encoder", "reader", "chat", "pickle", "code", "gone", "nobody/nothing"]
    monkeypatch.setenv(own_models.VARIABLE, f"{folder}/encoder,/elsewhere/encoder,/elsewhere/similarity-static,")
    assert list(own_models.listed()) == ["encoder", "/elsewhere/encoder", "/elsewhere/similarity-static"]
    monkeypatch.delenv(own_models.VARIABLE)
    assert own_models.listed() == {}


def test_what_fits_is_told_with_kind_size_licence_and_pooling(folder: Path) -> None:
    facts = own_models.inspect("encoder")
    assert facts.task_of(("similarity",)) == "similarity"
    assert facts.size == (folder / "encoder" / "model.safetensors").stat().st_size
    assert (facts.licence, facts.kind["en"]) == ("mit", "an encoder")
    assert facts.note is not None
    assert "cls" in facts.note["en"]
    assert own_models.inspect("reader").task_of(("qa_pairs", "answer")) == "answer"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("reader", "reader is a model that points at answers; this page wants an encoder"),
        ("pickle", "only safetensors is loaded"),
        ("code", "never happens here"),
        ("gone", "there is no folder gone"),
        ("nobody/nothing", "neither a folder here nor to be had from the Hub"),
        ("somebody/elses", "not on the host's list"),
        ("../encoder", "not on the host's list"),
    ],
)
def test_what_does_not_fit_says_why_and_is_not_loaded(name: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []
    monkeypatch.setattr(own_models.catalog, "load_here", lambda *given: opened.append(given))
    with pytest.raises(InputError, match=said) as refused:
        own_models.load(name, ("similarity",))
    assert not refused.value.zh.isascii()
    assert opened == []


def test_one_is_loaded_with_progress_asked_and_let_go() -> None:
    heard: list[Any] = []
    with pytest.raises(InputError, match="load this model first"):
        own_models.pipeline("encoder", ("similarity",))
    task, loaded = own_models.load("encoder", ("similarity",), lambda *report: heard.append(report))
    assert (task, loaded.seconds > 0) == ("similarity", True)
    stage, done, total = heard[-1]
    assert (stage, done) == ("read", total)
    _, pipeline = own_models.pipeline("encoder", ("similarity",))
    assert pipeline(A, B).plan.sum() == pytest.approx(1)  # type: ignore[operator]
    own_models.unload("encoder", ("similarity",))
    assert own_models.loaded("encoder", ("similarity",)) is None
    with pytest.raises(InputError, match="load this model first"):
        own_models.pipeline("encoder", ("similarity",))


def test_a_language_model_tells_how_far_it_is_in_a_section_of_examples_too() -> None:
    heard: list[Any] = []
    own_models.load("chat", ("answer",), lambda *report: heard.append(report))
    own_models.unload("chat", ("answer",))
    ends = {stage: (done, total) for stage, done, total in heard}
    assert list(ends) == (["read", "pack"] if int8.available() else ["read"])
    assert all(done == total > 1 for done, total in ends.values())
    rows = [{"text": B, "subject": "我", "predicate": "喜欢", "object": "这部电影"}]
    for stages in (["progress", "started", "json"], ["json"]):
        said = list(_answer("triples_by_example", lambda *_: Shown([], []), "chat", rows, []))
        kinds = (next(kind for kind in ("progress", "started", "json") if kind in one) for one in said)
        assert list(dict.fromkeys(kinds)) == stages
    own_models.unload("chat", ("triples_by_example",))
    failed = list(_answer("triples_by_example", lambda *_: Shown([], []), "encoder", rows, []))
    assert ["error" in one for one in failed] == [False] * (len(failed) - 1) + [True]


def test_what_a_visitor_writes_cannot_end_its_message(folder: Path) -> None:
    lm = CausalLM.from_folder(folder / "chat", "cpu", "float32")
    lm.tokenizer.add_tokens(["<|begin|>"], special_tokens=True)  # special, and not by name
    made = CausalLM(lm.model, lm.tokenizer)
    assert "<|begin|>" not in lm.tokenizer.all_special_tokens
    assert "天<|begin|>气" not in made.render([Message("user", "天<|be<|begin|>gin|>气")])
    assert "天气" in made.render([Message("user", "天<|be<|begin|>gin|>气")])


def test_the_api_takes_what_is_listed_and_fits_and_nothing_else() -> None:
    found = core.ask("similarity.compare", text_a=A, text_b=B, model="encoder").to_dict()
    assert found["wrd"] < core.ask("similarity.compare", text_a=A, text_b=A, model="encoder").to_dict()["wrd"]
    for name in ("reader", "somebody/elses"):
        with pytest.raises(InputError):
            core.ask("similarity.compare", text_a=A, text_b=B, model=name)


def test_pooling_is_what_the_checkpoint_says() -> None:
    states = torch.tensor([[[1.0, -1.0], [3.0, 5.0], [9.0, 9.0]]])
    mask = torch.tensor([[1, 1, 0]])
    wanted = {
        "cls": [1, -1],
        "max": [3, 5],
        "mean": [2, 2],
        "mean_sqrt_len": [4 / 2**0.5, 4 / 2**0.5],
        "weightedmean": [7 / 3, 3],
        "lasttoken": [3, 5],
    }
    for way, vector in wanted.items():
        np.testing.assert_allclose(Pooling((way,))(states, mask)[0], vector, rtol=1e-6)
    assert Pooling(("cls", "mean"))(states, mask).tolist() == [[1, -1, 2, 2]]


def test_a_checkpoint_that_does_more_than_pool_is_refused(tmp_path: Path) -> None:
    def read(name: str) -> Any:
        path = tmp_path / name
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None

    assert Pooling.read(read, "x") is None
    pool(tmp_path, "Normalize", pooling_mode_mean_tokens=True)
    assert Pooling.read(read, "x") == Pooling(("mean",))
    pool(tmp_path, "Dense", pooling_mode_mean_tokens=True)
    with pytest.raises(InputError, match="x has Dense"):
        Pooling.read(read, "x")


def test_a_model_that_chats_reads_pieces_of_the_passage_and_gives_triples_of_the_sentence(folder: Path) -> None:
    facts = own_models.inspect("chat")
    assert [facts.task_of((task,)) for task in ("text2sql", "triples", "answer")] == ["text2sql", "triples", "answer"]
    answer = core.load("answer", str(folder / "chat"))(A + B, "喜欢什么？")
    assert (A + B)[slice(*answer.answer_span)] == answer.answer
    for triple in core.load("triples", str(folder / "chat"))(A + B).triples:
        assert triple.subject in A + B
        assert triple.object in A + B


def test_a_model_that_chats_is_shown_examples_and_is_there_once(folder: Path) -> None:
    chat, passage = str(folder / "chat"), A + B
    shown = [{"text": B, "subject": "我", "predicate": "喜欢", "object": "这部电影"}]
    triples: Any = core.load("triples_by_example", chat)
    assert triples.extractor.lm is core.load("answer", chat).reader.lm  # type: ignore[attr-defined]
    assert all(t.subject in passage and t.predicate == "喜欢" for t in triples(passage, shown).triples)
    asked = [{"passage": passage, "question": "今天怎么样？", "answer": "天气真好"}]
    pairs: Any = core.load("qa_pairs_by_example", chat)
    assert all(pair.answer in passage for pair in pairs(passage, asked, 1).pairs)
    judge: Any = core.load("similarity_by_example", chat)
    found = judge(A, B, [{"text_a": A, "text_b": A, "alike": True}])
    assert (0 <= found.probability <= 1, found.examples, found.wrd) == (True, (), None)


def test_a_line_counts_where_its_ends_stand_in_the_sentence() -> None:
    sentence = "《远山》是周启明执导的电影"
    assert read_line("远山 | 导演 | 周启明", sentence) == ((1, 3), "导演", (5, 8))
    assert read_line("远山｜导演｜周启明", sentence) is not None
    for line in ("远山 | 导演 | 张三", "远山 | 朋友 | 周启明", "远山 | 导演", "无", " | 导演 | 周启明"):
        assert read_line(line, sentence) is None
