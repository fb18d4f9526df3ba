from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from core.backbone.tokenizer import SPECIAL_TOKENS, build_tokenizer


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> PreTrainedTokenizerFast:
    """As every user gets it: saved and loaded again."""
    folder = tmp_path_factory.mktemp("tokenizer")
    build_tokenizer("的一是了我abc0123。，《》").save_pretrained(folder)
    return AutoTokenizer.from_pretrained(folder)


# Lone surrogates are no text a tokenizer in Rust could be given.
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=120))
def test_offsets_are_exact_for_any_unicode(tokenizer: PreTrainedTokenizerFast, text: str) -> None:
    encoding = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    assert encoding["offset_mapping"] == [(i, i + 1) for i in range(len(text))]


def test_unknown_characters_emoji_and_accents_keep_their_place(tokenizer: PreTrainedTokenizerFast) -> None:
    text = "我😀👨‍👩‍👧e\u0301一"
    encoding = tokenizer(text, return_offsets_mapping=True)
    tokens = encoding.tokens()
    assert tokens[0] == "[CLS]"
    assert tokens[-1] == "[SEP]"
    assert [text[a:b] for a, b in encoding["offset_mapping"][1:-1]] == list(text)
    assert tokens[1] == "我"
    assert tokens[-2] == "一"
    assert tokens[2] == "[UNK]"


@pytest.mark.parametrize("special", SPECIAL_TOKENS)
def test_special_tokens_in_a_users_text_are_plain_characters(tokenizer: PreTrainedTokenizerFast, special: str) -> None:
    ids = tokenizer(special, add_special_tokens=False)["input_ids"]
    assert len(ids) == len(special)
    assert set(ids) <= {tokenizer.unk_token_id}


def test_a_pair_is_two_segments(tokenizer: PreTrainedTokenizerFast) -> None:
    assert tokenizer("我", "一").tokens() == ["[CLS]", "我", "[SEP]", "一", "[SEP]"]


def test_ids_follow_the_order_given(tokenizer: PreTrainedTokenizerFast) -> None:
    assert [tokenizer.convert_tokens_to_ids(t) for t in (*SPECIAL_TOKENS, "的", "一")] == list(range(7))
