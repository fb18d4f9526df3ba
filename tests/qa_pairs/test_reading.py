"""The reader's training windows and the threshold for declining that dev chooses."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import torch

from core.qa_pairs.spans import FreeSpanHead
from training.qa_pairs.data import Batches, Passage, best_occurrence, best_occurrences, occurrences, passages
from training.qa_pairs.reading import Read, Similar, around, drawn_length, open_text, read_batch, read_items, without
from training.qa_pairs.reading_dev import Said, figures_of, overlap_f1, threshold
from training.qa_pairs.train import reader_loss

TEXT = (
    "李白生于701年。"
    + "他一生写诗无数,留下许多名篇,为后人传诵至今。" * 3
    + "701年也是武则天改元的那一年,史称长安元年。"
)
REASON = "因为江水每逢春夏便要泛滥,而冬天又不够灌溉,所以太守让人凿开山崖,把江分成内外两股,用来分洪和引水"
STORY = f"都江堰在岷江上。修建它是{REASON}。后来成都平原成了天府之国。" + "两千年来它一直有人维修。" * 30


def said_in(item: Read, tokenizer: Any) -> set[str]:
    tokens = tokenizer.convert_ids_to_tokens(item.window.ids)
    return {"".join(tokens[start : start + length]) for start, length in item.answers}


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from core.backbone.tokenizer import build_tokenizer

    return build_tokenizer(TEXT + STORY + "?为什么要谁哪怎样")


def test_the_place_is_where_the_question_is_near() -> None:
    assert best_occurrence(TEXT, "武则天哪一年改元长安?", "701年") > 40
    assert best_occurrences(TEXT, "李白生于哪一年?", "701年") == [4]
    twice = "红楼梦的作者是曹雪芹。" + "书里写了四大家族的兴衰。" * 8 + "红楼梦的作者是曹雪芹。曹雪芹也会画画。"
    places = best_occurrences(twice, "红楼梦的作者是谁?", "曹雪芹")
    assert places[0] == 7, "nothing but chance tells the two apart"
    assert len(places) >= 2


def test_a_number_is_no_part_of_another() -> None:
    assert occurrences("1931年有3人,3.5米,ab3", "3") == [6, 9, 16]
    assert occurrences("1931年", "93") == [1], "where it stands nowhere else"


def test_long_answers_lie_whole_in_their_windows(tokenizer: Any) -> None:
    passage = Passage(STORY, "written", [("为什么要修建都江堰?", REASON)])
    items = list(read_items([passage] * 40, tokenizer, random.Random(0), 200, empty=0.0))
    assert len(items) == 80, "each is taken twice"
    assert {a for i in items for a in said_in(i, tokenizer)} == {REASON}
    assert len(REASON) > 48
    assert max(len(i.window.ids) for i in items) <= 200
    too_long = Passage(STORY, "written", [("为什么要修建都江堰?", STORY[:190])])
    assert not list(read_items([too_long], tokenizer, random.Random(0), 200))


def test_unanswered_questions_stay_so(tokenizer: Any, tmp_path: Path) -> None:
    rows = [
        {"context": STORY, "question": q, "answer": a, "source": "written:own"}
        for q, a in (("谁凿开了山崖?", "太守"), ("都江堰是哪一年修的?", ""))
    ]
    path = tmp_path / "written.jsonl"
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8")
    assert [len(p.pairs) for p in passages(path)] == [1], "an empty answer of another set is a flaw"
    [passage] = passages(path, unanswered=True)
    assert passage.source == "written"
    items = list(read_items([passage], tokenizer, random.Random(0), 300, empty=0.0))
    assert Counter(bool(i.answers) for i in items) == {False: 3, True: 2}


def test_open_texts_have_no_answer() -> None:
    other = "太守让人在岷江边立了三个石人,看江水的深浅。" * 4
    similar = Similar([STORY, other, TEXT])
    rng = random.Random(0)
    found = Counter()  # type: ignore[var-annotated]
    for _ in range(60):
        left = open_text(STORY, "太守为什么让人凿开山崖?", REASON, STORY.index(REASON), similar, rng, 120)
        assert left
        text, (start, end) = left
        assert REASON not in text[start:end]
        assert 0 < end - start <= 120
        found["part" if text == STORY else "similar" if text == other else "cut"] += 1
    assert min(found[k] for k in ("cut", "part", "similar")) >= 5
    assert found["cut"] == max(found.values())


def test_a_sentence_is_cut_out_whole() -> None:
    rest = without(STORY, REASON)
    assert rest.startswith("都江堰在岷江上。后来成都平原")
    assert without(STORY, "两千年") == "", "too many sentences say it"
    assert without("只有一句话。", "一句") == ""


def test_a_similar_passage_shares_the_questions_words() -> None:
    texts = [
        TEXT,
        STORY,
        "岷江发源于岷山南麓,流经松潘、茂县,在都江堰出山,到宜宾汇入长江,是长江上游的大支流。" * 2,
    ]
    similar = Similar(texts)
    assert similar(STORY, "岷江流经哪里?", "成都", random.Random(0)) == texts[2]
    assert similar(STORY, "岷江汇入什么?", "长江", random.Random(0)) == "", "it answers"


def test_a_window_has_its_answer_and_whole_sentences() -> None:
    rng = random.Random(1)
    text = "".join(f"第{i}句话说的是别的事情。" for i in range(60))
    for at in range(0, len(text) - 5, 37):
        start, end = around(text, at, 5, rng, 80)
        assert start <= at
        assert at + 5 <= end
        assert end - start <= 80
        assert text[start] == "第"
        assert text[end - 1] == "。"
    start, end = around("一" * 300, 100, 90, rng, 90)
    assert (start, end) == (100, 190), "one sentence without end is cut"


def test_most_windows_are_short_and_some_are_whole() -> None:
    rng = random.Random(0)
    drawn = [drawn_length(rng, 450, 0.2) for _ in range(2000)]
    assert 0.5 < sum(n <= 200 for n in drawn) / 2000 < 0.7
    assert 0.15 < sum(n == 450 for n in drawn) / 2000 < 0.25


def test_batches_have_little_padding(tokenizer: Any) -> None:
    rng = random.Random(0)
    passage = Passage(STORY, "cmrc2018_dev", [("为什么要修建都江堰?", REASON)] * 300)
    items = list(read_items([passage], tokenizer, rng, 400, empty=0.2))
    made = Batches(items, 4096, read_batch, 0, 0)
    assert made.real == sum(len(i.window.ids) for i in items)
    assert sum(b["ids"].numel() for b in made) == made.padded < 1.1 * made.real


class Reading(torch.nn.Module):
    """In place of a reader's network: states that say nothing, so that the head's biases are all there is."""

    device = torch.device("cpu")

    def __init__(self) -> None:
        super().__init__()
        self.spans = FreeSpanHead(8, 0.0)

    def forward(self, ids: torch.Tensor, *_: torch.Tensor) -> torch.Tensor:
        return torch.zeros(*ids.shape, 8)


@torch.no_grad()
def test_the_loss_is_the_probability_of_the_answer_or_of_nothing(tokenizer: Any) -> None:
    passage = Passage(STORY[:60], "own", [("为什么?", STORY[20:55])])
    [full] = read_items([passage], tokenizer, random.Random(0), 200, empty=0.0)
    empty = Read(full.window, [])
    model = Reading()
    model.spans.length.weight.zero_()
    losses = [reader_loss(model, read_batch([i], 0)).item() for i in (full, empty)]  # type: ignore[arg-type]
    log = torch.tensor([61.0 * 40, 61.0]).log().tolist()  # 60 characters and [CLS] to start at, 40 to end at
    assert losses == pytest.approx(log, abs=1e-3)


def test_the_threshold_keeps_to_what_dev_asks() -> None:
    rng = random.Random(0)
    asked = [Said("long", "甲乙", "甲乙", rng.betavariate(1, 6)) for _ in range(400)]
    vain = [Said("unanswerable", "", "丙", rng.betavariate(4, 2)) for _ in range(100)]
    cmrc = [Said("cmrc", "甲乙", "甲乙", rng.betavariate(1, 12)) for _ in range(200)]
    decline = threshold(cmrc, asked + vain)
    found = figures_of(cmrc, asked + vain, decline)
    assert found["declined"] <= 0.1
    assert found["declined_rightly"] >= 0.65
    assert found["f1"] > 0.95
    assert found["written_unanswerable"] == found["declined_rightly"]
    assert found["score"] == pytest.approx((found["f1"] + found["written_long"] + found["declined_rightly"]) / 3)
    nothing = figures_of(cmrc, asked + vain, 1.0)
    assert nothing["declined"] == nothing["nothing"] == nothing["declined_rightly"] == 0


def test_a_reader_that_cannot_tell_declines_next_to_nothing() -> None:
    same = [Said("long", "甲", "甲", i / 100) for i in range(100)] + [Said("no", "", "甲", i / 100) for i in range(100)]
    assert figures_of([], same, threshold([], same))["declined"] <= 0.1
    assert threshold([], same[:100]) == 0.5, "nothing to learn it from"


def test_long_answers_are_compared_by_their_characters() -> None:
    assert overlap_f1("甲乙丙丁", "甲乙 丙丁") == 1.0
    assert overlap_f1("甲乙", "乙丙") == 0.5
    assert overlap_f1("", "乙") == 0.0
