"""The shape of the pre-trained encoder."""

from __future__ import annotations

from transformers import ModernBertConfig, PreTrainedTokenizerFast

# layers, width, heads, feed-forward width (a gated unit has three matrices of this width)
SIZES: dict[str, tuple[int, int, int, int]] = {
    "mini": (6, 256, 4, 640),
    "small": (6, 384, 6, 1024),
}


def encoder_config(tokenizer: PreTrainedTokenizerFast, size: str = "mini") -> ModernBertConfig:
    """A ModernBERT (arXiv:2412.13663: rotary positions, gated feed-forward, pre-norm) small enough for two CPU cores.

    Every layer attends globally: the texts of the five tasks are shorter than the local window would save on.
    """
    layers, width, heads, inner = SIZES[size]
    return ModernBertConfig(  # type: ignore[call-arg]  # it takes more than it lists: the layers' kinds by their period
        vocab_size=len(tokenizer),
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=inner,
        max_position_embeddings=tokenizer.model_max_length,
        global_attn_every_n_layers=1,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.cls_token_id,
        eos_token_id=tokenizer.sep_token_id,
        cls_token_id=tokenizer.cls_token_id,
        sep_token_id=tokenizer.sep_token_id,
        tie_word_embeddings=True,
    )
