"""A visitor who tries a checkpoint of the host's list beside ours, on a page of nothing but that section."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
import pytest
import torch
from playwright.sync_api import expect
from transformers import BertModel

from core import own_models
from core.backbone.tokenizer import build_tokenizer
from demos.shell.by_example import Field, build_by_example
from demos.shell.own_model import Shown, build_own_model
from demos.similarity.tab import _scores
from tests.conftest import serving_here
from tests.tiny import tiny_config

A, B = "今天天气真好", "我喜欢这部电影"


def test_size_first_then_load_compare_and_unload(browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, pickle = tmp_path / "tiny", tmp_path / "pickle"
    tokenizer = build_tokenizer(A + B, 64)
    torch.manual_seed(0)
    BertModel(tiny_config(len(tokenizer))).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    pickle.mkdir()
    (pickle / "config.json").write_text('{"model_type": "bert"}', encoding="utf-8")
    (pickle / "pytorch_model.bin").write_bytes(b"x")
    monkeypatch.setenv(own_models.VARIABLE, f"{folder},{pickle}")

    def section() -> gr.Blocks:
        with gr.Blocks(analytics_enabled=False) as page:
            texts = [gr.Textbox(text) for text in (A, B)]
            build_own_model("x", ("similarity",), _scores, [*texts, gr.Checkbox(True)])
            words = {"zh": "话", "en": "words"}
            fields = (Field("text", words), Field("part", words, within="text"))
            build_by_example(
                "y",
                "similarity_by_example",
                fields,
                lambda pipeline, rows, text: Shown([words], [(f"{text}:{row['part']}",) for row in rows]),
                texts[:1],
                samples=[{"text": "甲乙丙", "part": "乙"}],
                purpose=words,
                expects={1: 0.5, 3: 0.75},
                measure=words,
            )
        return page

    with serving_here(section) as address:
        page = browser.new_page(locale="zh-CN")
        page.goto(address)
        page.locator("#x-own button").first.click()
        view = page.locator("#x-own-view")

        def choose(name: str) -> None:
            page.locator("#x-own-choice input").click()
            page.get_by_role("option", name=name, exact=True).click()

        choose("pickle")
        expect(view.get_by_role("alert")).to_contain_text("只载入 safetensors")
        choose("tiny")
        expect(view).to_contain_text("没有写明许可")
        expect(view).to_contain_text("尚未载入")
        page.locator("#x-own-compare").click()
        expect(view.get_by_role("alert")).to_contain_text("请先载入这个模型")
        page.locator("#x-own-load").click()
        expect(view).to_contain_text("权重占内存")
        page.locator("#x-own-compare").click()
        expect(view.locator(".side h4")).to_have_count(2)
        expect(view.locator(".side td")).to_have_count(8)
        page.locator("#x-own-unload").click()
        expect(view).to_contain_text("已卸载")
        assert own_models.loaded("tiny", ("similarity",)) is None
        written_by_keyboard(page)
        page.close()


def written_by_keyboard(page: Any) -> None:
    """Examples in rows: what is told while they are written, what comes of them, and no more than eight."""
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
