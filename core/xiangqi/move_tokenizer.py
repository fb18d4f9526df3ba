"""The move vocabulary as a transformers tokenizer, so that a checkpoint folder says what its numbers mean."""

from __future__ import annotations

from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit
from transformers import PreTrainedTokenizerFast

from core.xiangqi.encoding import VOCABULARY


def build_tokenizer() -> PreTrainedTokenizerFast:
    """One token per move in ICCS, as the side to move sees it, and the result and source tokens."""

    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(VOCABULARY)}, unk_token="[unknown]"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="[unknown]")
