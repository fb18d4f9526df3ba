"""A causal language model as the writer of queries: asked by its chat template, stopped, repaired once, judged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import torch

import core
from core.backbone.causal import CausalLM, Message, Written
from core.backbone.tokenizer import build_tokenizer
from core.errors import InputError
from core.text2sql import prompt
from core.text2sql.sql_generator import SQLGenerator
from core.text2sql.table import build_table

TABLE = build_table(["城市", "人口"], [["甲市", 300], ["乙市", 500]], name="各市")
QUESTION = "人口最多的城市"
TODAY = date(2026, 1, 1)
SQL = """SELECT "城市" FROM t ORDER BY "人口" DESC LIMIT 1;"""
TEMPLATE = (
    "{% for m in messages %}[{{ m.role }}]{{ m.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}[assistant]{% endif %}"
)


@pytest.fixture(scope="module", autouse=True)
def few_examples() -> Iterator[None]:
    """Two examples: a tiny model has a token for each character, and learns in seconds what is short."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prompt, "_EXAMPLES", prompt._EXAMPLES[-2:])
        yield


def tiny(folder: Path, template: str | None, text: str, answer: str) -> Path:
    """A Llama of two layers that has learnt one answer by heart, and goes on after it."""
    from tokenizers.decoders import Fuse
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    tokenizer = build_tokenizer(sorted(set(text + answer + "x")), 2048)
    # A language model's text has no frame of special tokens, and no spaces between its characters.
    tokenizer.backend_tokenizer.post_processor = None
    tokenizer.backend_tokenizer.decoder = Fuse()
    tokenizer.eos_token = "[SEP]"
    tokenizer.chat_template = template
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=2048,
        eos_token_id=tokenizer.sep_token_id,
        bos_token_id=tokenizer.cls_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = LlamaForCausalLM(config)
    start = len(tokenizer(text)["input_ids"])
    ids = tokenizer(text + answer, return_tensors="pt")["input_ids"]
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(120):
        labels = ids.clone()
        labels[:, :start] = -100
        loss = model(input_ids=ids, labels=labels).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    assert loss.item() < 0.1
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chat")
    said = prompt.conversation(QUESTION, TABLE, TODAY)
    text = "".join(f"[{m.role}]{m.content}\n" for m in said) + "[assistant]" + prompt.OPENING
    return tiny(folder, TEMPLATE, text, f"{SQL}\n```\nxxxx UNION SELECT xx; UNION SELECT xx")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    text = prompt.plain(QUESTION, TABLE, TODAY)
    return tiny(folder, None, text, f"{SQL.removeprefix('SELECT')}\n-- xx")


class Saying:
    """What a language model would be, with answers that are known: for what no tiny one can be taught to say."""

    chats = True

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.read: list[str] = []

    def render(self, messages: list[Message], opening: str) -> str:
        return "\n".join(m.content for m in messages) + opening

    def write(self, text: str, *_: Any) -> Written:
        self.read.append(text)
        return Written(self.answers.pop(0), 0.5)

    def writes_whole(self, _: str) -> bool:
        return True


def pipeline_of(*answers: str) -> tuple[Any, Saying]:
    from core.text2sql.pipeline import Text2SQLPipeline

    lm: Any = Saying(*answers)
    return Text2SQLPipeline(SQLGenerator(lm)), lm


@pytest.mark.parametrize("kind", ["chat", "base"])
def test_a_language_model_is_loaded_by_folder_and_asked(kind: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(kind)
    pipeline = core.load("text2sql", model=str(folder))
    answer = pipeline(QUESTION, TABLE)
    assert answer.best.rows.rows == [["乙市"]]
    assert answer.best.sketch is not None, "the query is one that a sketch can say"
    assert answer.best.reading["zh"]
    assert answer.to_dict()["dialects"]["mysql"]
    assert 0.2 < answer.best.probability <= 1


def test_it_stops_at_the_end_of_one_statement(chat: Path) -> None:
    lm = CausalLM.from_folder(chat, "cpu", "float32")
    text = lm.render(prompt.conversation(QUESTION, TABLE, TODAY), prompt.OPENING)
    from core.text2sql.statement import ended

    assert lm.write(text, ended).text == SQL
    assert "UNION" in lm.write(text, lambda _: False, tokens=110).text, "it would have gone on"


def test_what_was_read_before_changes_no_answer(chat: Path) -> None:
    lm = CausalLM.from_folder(chat, "cpu", "float32")
    text = lm.render(prompt.conversation(QUESTION, TABLE, TODAY), prompt.OPENING)
    other = lm.render(prompt.conversation("甲市人口", TABLE, TODAY), prompt.OPENING)
    first = lm.write(text, lambda _: False, tokens=12)
    lm.write(other, lambda _: False, tokens=12)
    again = lm.write(text, lambda _: False, tokens=12)
    assert again.text == first.text
    assert again.probability == pytest.approx(first.probability, rel=1e-3)
    assert (
        CausalLM.from_folder(chat, "cpu", "float32").write(other, lambda _: False, tokens=12).text
        == lm.write(other, lambda _: False, tokens=12).text
    )


@pytest.mark.parametrize("precision", ["int8", "bfloat16"])
def test_lighter_weights_say_the_same(chat: Path, precision: Any) -> None:
    lm = CausalLM.from_folder(chat, "cpu", precision)
    text = lm.render(prompt.conversation(QUESTION, TABLE, TODAY), prompt.OPENING)
    assert lm.write(text, lambda said: ";" in said).text == SQL


def test_only_what_is_allowed_is_written(chat: Path) -> None:
    lm = CausalLM.from_folder(chat, "cpu", "float32")
    text = lm.render(prompt.conversation(QUESTION, TABLE, TODAY), prompt.OPENING)
    written = lm.write(text, lambda _: False, lambda said: "城" not in said, tokens=20)
    assert "城" not in written.text
    assert lm.write(text, lambda _: False, lambda _: False).text == ""


def test_a_frame_in_the_users_words_is_no_frame(chat: Path) -> None:
    lm = CausalLM.from_folder(chat, "cpu", "float32")
    text = lm.render([Message("user", "a[SEP]b[S[SEP]EP]c")])
    assert text == "[user]abc\n[assistant]"


def test_a_template_without_a_system(chat: Path) -> None:
    lm = CausalLM.from_folder(chat, "cpu", "float32")
    lm.tokenizer.chat_template = (
        "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}" + TEMPLATE
    )
    assert lm.render([Message("system", "s"), Message("user", "u")]) == "[user]s\n\nu\n[assistant]"


def test_a_prompt_beyond_the_models_reach_is_an_input_error(chat: Path) -> None:
    lm = CausalLM.from_folder(chat, "cpu", "float32")
    with pytest.raises(InputError, match="too long for this model"):
        lm.write("x" * 3000, lambda _: True)


def test_another_kind_of_model_is_refused_in_one_sentence(tmp_path: Path) -> None:
    from transformers import BertConfig, BertModel

    config = BertConfig(vocab_size=64, hidden_size=16, num_hidden_layers=1, num_attention_heads=1, intermediate_size=16)
    BertModel(config).save_pretrained(tmp_path)
    build_tokenizer(["a"], 64).save_pretrained(tmp_path)
    with pytest.raises(InputError, match="no language model"):
        core.load("text2sql", model=str(tmp_path))


def test_a_folder_with_a_pickle_is_not_opened(chat: Path, tmp_path: Path) -> None:
    for path in chat.iterdir():
        if path.suffix != ".safetensors":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    torch.save({}, tmp_path / "pytorch_model.bin")
    with pytest.raises(InputError, match="missing"):
        core.load("text2sql", model=str(tmp_path))


def test_a_query_that_fails_is_shown_to_the_model_once() -> None:
    pipeline, lm = pipeline_of("SELECT SUM(城市) FROM t;", "SELECT MAX(人口) FROM t;")
    answer = pipeline("一共多少", TABLE)
    assert answer.best.rows.rows == [[500]]
    assert len(lm.read) == 2
    assert "SUM" in lm.read[1]
    assert "DuckDB: error in the query" in lm.read[1]


def test_after_two_failures_it_says_so() -> None:
    pipeline, lm = pipeline_of("SELECT SUM(城市) FROM t;", "我不知道", "SELECT 1;")
    with pytest.raises(InputError, match="found no query"):
        pipeline("一共多少", TABLE)
    assert lm.answers == ["SELECT 1;"], "it was not asked a third time"


@pytest.mark.parametrize(
    "hostile",
    [
        "DROP TABLE t;",
        "SELECT 1; DROP TABLE t;",
        "SELECT * FROM read_csv('/etc/passwd');",
        "SELECT * FROM '/etc/passwd';",
        'SELECT * FROM "/etc/passwd";',
        "COPY t TO 'x.csv';",
        "SELECT * FROM t UNION SELECT * FROM duckdb_settings();",
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT * FROM r;",
        "ATTACH 'x.db';",
        "SELECT getenv('HOME');",
        "INSTALL httpfs; LOAD httpfs;",
        "",
        pytest.param("(" * 5000, id="brackets"),
        pytest.param("SELECT " + "(" * 3000, id="nested"),
    ],
)
def test_hostile_output_is_refused_or_harmless(hostile: str) -> None:
    pipeline, _ = pipeline_of(hostile, hostile)
    if hostile.startswith("SELECT 1;"):
        assert pipeline(QUESTION, TABLE).best.rows.rows == [[1]]
    else:
        with pytest.raises(InputError):
            pipeline(QUESTION, TABLE)
    assert pipeline_of("SELECT COUNT(*) FROM t;")[0](QUESTION, TABLE).best.rows.rows == [[2]], (
        "the table is still there"
    )
