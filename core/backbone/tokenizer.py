"""A character tokenizer: one token per Unicode character, so that every token is an exact span of the text."""

from __future__ import annotations

from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerBase, PreTrainedTokenizerFast

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def build_tokenizer(characters: Iterable[str], max_length: int = 512) -> PreTrainedTokenizerFast:
    """A tokenizer whose vocabulary is the special tokens and then `characters`, in order, without repeats.

    Token i of a text is its character i, whatever the Unicode: folding of width, case and traditional characters is
    left to `core.text.normalise`, which keeps its own offsets (a normaliser in here would merge a letter and its
    combining accent and lose the accent's span). `[CLS] a [SEP]` and `[CLS] a [SEP] b [SEP]` are the sequence forms.
    Special tokens typed by a user are plain text.
    """
    vocabulary = {token: i for i, token in enumerate(dict.fromkeys((*SPECIAL_TOKENS, *characters)))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), behavior="isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=max_length,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        split_special_tokens=True,
        model_input_names=["input_ids", "attention_mask"],
    )


def character_ids(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    """The token of each character of `text`, with no special tokens around."""
    found = tokenizer.convert_tokens_to_ids(list(text))
    return [found] if isinstance(found, int) else found
