"""A visitor who tries checkpoints of the host's list beside ours, on a page of nothing but those sections."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
import torch
from playwright.sync_api import expect
from transformers import BertForQuestionAnswering, BertModel

from core import own_models
from core.backbone.tokenizer import build_tokenizer
from demos.qa_pairs.tab import _pairs, _questions
from demos.shell.by_example import Field, build_by_example
from demos.shell.own_model import Shown, build_own_model
from demos.similarity.tab import _scores
from demos.triples.text import _facts
from demos.xiangqi.tab import _ON_THE_BOARD, _candidates, _sent_game
from tests.conftest import serving_here
from tests.tiny import tiny_config
from tests.triples.conftest import save_tiny as save_linker
from tests.xiangqi.conftest import save_tiny as save_player

A, B = "今天天气真好", "我喜欢这部电影"
PASSAGE = "北塔高30米，由匠人林生设计，建于1901年，位于临江县。"
FILM = "《战狼》是由吴京导演的电影。"
# Of each tab: those of its tasks that are tried, and a checkpoint of the right family.
TABS = {
    "similarity": ("similarity",),
    "triples": ("triples",),
    "qa_pairs": ("qa_pairs", "answer"),
    "xiangqi": ("xiangqi",),
}
FITS = {"similarity": "tiny", "triples": "linker", "qa_pairs": "reader", "xiangqi": "player"}
WRONG = {
    "reader": "reader 是抽取式阅读模型，这一页需要句子编码器（BERT、sentence-transformers）",
    "nobody/nothing": "找不到模型 'nobody/nothing'：既不是本地文件夹，也无法从 Hub 下载",
    "pickle": "pickle 的权重只有 pytorch_model.bin，这种文件能执行代码；只载入 safetensors",
    "somebody/elses": "这个模型不在主机允许的名单（MODOU_MODELS）上，没有载入",
}


def make_checkpoints(folder: Path) -> str:
    """Tiny ones of each family, a pickle, and an id that nobody has, as the host lists them."""
    tokenizer = build_tokenizer(A + B + PASSAGE, 64)
    torch.manual_seed(0)
    for name, kind in (("tiny", BertModel), ("reader", BertForQuestionAnswering)):
        kind(tiny_config(len(tokenizer), max_position_embeddings=64)).save_pretrained(folder / name)
        tokenizer.save_pretrained(folder / name)
    save_linker(folder / "linker", "gplinker")
    save_player(folder / "player", board_aware=True)
    (folder / "pickle").mkdir()
    (folder / "pickle" / "config.json").write_text('{"model_type": "bert"}', encoding="utf-8")
    (folder / "pickle" / "pytorch_model.bin").write_bytes(b"x")
    return ",".join([*(str(path) for path in sorted(folder.iterdir())), "nobody/nothing"])


def sections() -> gr.Blocks:
    """What the tabs lay out of it."""
    words = {"zh": "话", "en": "words"}
    with gr.Blocks(analytics_enabled=False) as page:
        texts = [gr.Textbox(text) for text in (A, B, FILM, PASSAGE)]
        build_own_model("similarity", TABS["similarity"], _scores, [*texts[:2], gr.Checkbox(True)])
        build_own_model("triples", TABS["triples"], _facts, texts[2:3])
        build_own_model("qa_pairs", TABS["qa_pairs"], _pairs, [texts[3], gr.Number(2, precision=0)], prepare=_questions)
        build_own_model("xiangqi", TABS["xiangqi"], _candidates, [], prepare=_sent_game, js=_ON_THE_BOARD)
        build_by_example(
            "y",
            "similarity_by_example",
            (Field("text", words), Field("part", words, within="text")),
            lambda pipeline, rows, text: Shown([words], [(f"{text}:{row['part']}",) for row in rows]),
            texts[:1],
            samples=[{"text": "甲乙丙", "part": "乙"}],
            purpose=words,
            expects={1: 0.5, 3: 0.75},
            measure=words,
        )
    return page


@pytest.fixture(scope="module")
def page(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(own_models.VARIABLE, make_checkpoints(tmp_path_factory.mktemp("listed")))
        patch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
        with serving_here(sections) as address:
            opened = browser.new_page(locale="zh-CN")
            opened.goto(address)
            for tab in TABS:
                opened.locator(f"#{tab}-own button").first.click()
            yield opened
            opened.close()


def choose(page: Any, tab: str, name: str) -> None:
    """As a visitor does, from the list or, where it is not there, by typing it."""
    entry = page.locator(f"#{tab}-own-choice input")
    entry.click()
    entry.fill(name)
    option = page.get_by_role("option", name=name, exact=True)
    if name in own_models.listed():
        option.click()
    else:
        entry.press("Enter")


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_used_is_told_and_not_loaded(page: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    opened: list[Any] = []
    monkeypatch.setattr(own_models.catalog, "load_here", lambda *given: opened.append(given))
    view = page.locator("#similarity-own-view")
    choose(page, "similarity", name)
    expect(view.get_by_role("alert")).to_have_text(WRONG[name])
    for button in ("load", "compare", "unload"):
        page.locator(f"#similarity-own-{button}").click()
        expect(view.get_by_role("alert")).to_have_count(1)
        expect(view).not_to_contain_text("已载入")
    assert opened == []
    assert own_models.loaded(name, TABS["similarity"]) is None


def test_size_first_then_load_compare_and_unload(page: Any) -> None:
    view = page.locator("#similarity-own-view")
    choose(page, "similarity", "tiny")
    expect(view).to_contain_text("没有写明许可")
    expect(view).to_contain_text("尚未载入")
    page.locator("#similarity-own-compare").click()
    expect(view.get_by_role("alert")).to_contain_text("请先载入这个模型")
    page.locator("#similarity-own-load").click()
    expect(view).to_contain_text("权重占内存", timeout=60_000)
    page.locator("#similarity-own-compare").click()
    expect(view.locator(".side td")).to_have_count(8)
    page.locator("#similarity-own-unload").click()
    expect(view).to_contain_text("已卸载")
    assert own_models.loaded("tiny", TABS["similarity"]) is None


@pytest.mark.parametrize("tab", [tab for tab in TABS if tab != "similarity"])
def test_both_answer_the_same_beside_each_other(page: Any, tab: str) -> None:
    page.evaluate("window.modouXiangqi = {start: null, moves: ['h2e2'], model: null}")
    view = page.locator(f"#{tab}-own-view")
    choose(page, tab, FITS[tab])
    expect(view).to_contain_text("尚未载入")
    page.locator(f"#{tab}-own-load").click()
    expect(view).to_contain_text("权重占内存", timeout=60_000)
    page.locator(f"#{tab}-own-compare").click()
    expect(view.locator(".side h4")).to_have_count(2)
    expect(view.get_by_role("alert")).to_have_count(0)
    ours, theirs = (side.locator("tbody tr") for side in view.locator(".side").all())
    firsts = [[row.locator("td").first.inner_text() for row in rows.all()] for rows in (ours, theirs)]
    if tab == "triples":
        assert firsts[0] == ["战狼"] * len(firsts[0]) != []
        assert all(subject in FILM for subject in firsts[1])
    elif tab == "qa_pairs":
        assert firsts[0] == firsts[1] != []  # the questions
    else:
        moves = [row.locator("td").nth(1).inner_text() for row in (*ours.all(), *theirs.all())]
        assert moves
        assert all(move[1] in "56789" for move in moves)  # black's
    page.locator(f"#{tab}-own-unload").click()
    expect(view).to_contain_text("已卸载")


def test_examples_are_written_by_keyboard(page: Any) -> None:
    """In rows: what is told while they are written, what comes of them, and no more than eight."""
    page.locator("#y-by-example button").first.click()
    view = page.locator("#y-by-example-view")
    expect(view).to_contain_text("话")
    view.get_by_role("button", name="填入示例").click()
    expect(view.locator(".expects")).to_contain_text("0.50")
    text, part = view.locator("textarea"), view.locator("input")
    part.fill("丁")
    expect(view.locator(".off")).to_contain_text("原文里没有")
    part.fill("丙")
    expect(view.locator(".off")).to_have_count(0)
    part.press("Control+Enter")
    expect(view.locator(".outcome td")).to_have_text([f"{A}:丙"])
    text.fill("")
    part.fill("")
    part.press("Control+Enter")
    expect(view.get_by_role("alert")).to_contain_text("至少写一个例子")
    for _ in range(7):
        view.get_by_role("button", name="加一个例子").press("Enter")
    expect(view.locator("fieldset")).to_have_count(8)
    expect(view.get_by_role("button", name="加一个例子")).to_be_disabled()
    view.get_by_role("button", name="删去这个例子").last.press("Enter")
    expect(view.locator("fieldset")).to_have_count(7)
