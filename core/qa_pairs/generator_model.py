"""The generator's network: a passage read once, its answers as spans, and for each answer a question.

The post trains one BERT to write answer and question in turn. Here too one model does both, but an answer is pointed at
instead of spelled (so it is always a piece of the passage), and the question comes from a small decoder that may copy
characters of the passage (pointer-generator, arXiv:1704.04368), which names too rare to be learned need.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from transformers import AutoConfig, GenerationMixin, PreTrainedModel, T5Config
from transformers.cache_utils import Cache, EncoderDecoderCache
from transformers.configuration_utils import PretrainedConfig
from transformers.modeling_outputs import BaseModelOutput, Seq2SeqLMOutput
from transformers.models.t5.modeling_t5 import T5Stack

from core.backbone.encoder import build_encoder
from core.qa_pairs.spans import SpanHead

# Signed distance to the answer in tokens, by its logarithm: 0 inside, then before and behind.
_DISTANCES = 17


class GeneratorConfig(PretrainedConfig):
    """`encoder`: the configuration of any `AutoModel` encoder; `max_tokens`: the longest passage window it reads;
    `follow`: how much more the places are copied from that stand behind the last character, and the last two."""

    model_type = "qa-generator"

    def __init__(
        self,
        encoder: dict[str, Any] | None = None,
        decoder_layers: int = 2,
        head_dropout: float = 0.1,
        max_tokens: int = 384,
        follow: tuple[float, float] = (0.0, 1.0),
        **kwargs: Any,
    ) -> None:
        self.encoder = encoder or {}
        self.follow = list(follow)
        self.decoder_layers = self.num_hidden_layers = decoder_layers
        self.head_dropout = head_dropout
        self.max_tokens = max_tokens
        self.vocab_size = self.encoder.get("vocab_size", 0)
        kwargs["is_encoder_decoder"] = True
        super().__init__(**kwargs)


def distance_buckets(length: int, starts: torch.Tensor, ends: torch.Tensor) -> torch.Tensor:
    """Where each of `length` tokens stands as seen from the answers [start, end), as buckets [N, length]."""
    at = torch.arange(length, device=starts.device)[None]
    before, behind = starts[:, None] - at, at - ends[:, None] + 1
    gap = torch.maximum(before, behind).clamp(min=0)
    steps = (gap.clamp(min=1).float().log2().floor().long() + 1).clamp(max=8)
    return torch.where(gap == 0, 0, torch.where(before > 0, steps, steps + 8))


@dataclass
class Answers:
    """N answers [starts, ends) [N], and the passages `ids` that they are in, with their mask [N, L]."""

    ids: torch.Tensor
    mask: torch.Tensor
    starts: torch.Tensor
    ends: torch.Tensor


class QuestionGenerator(PreTrainedModel, GenerationMixin):
    """Encoder, span head for answers, and a decoder with copying for questions.

    Shapes: B passages, N answers, L tokens of a passage, T of a question, H width, V vocabulary.
    """

    config_class = GeneratorConfig
    config: GeneratorConfig
    base_model_prefix = "encoder"
    main_input_name = "ids"
    _supports_cache_class = True

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__(config)
        encoder_config = AutoConfig.for_model(**config.encoder)
        self.encoder = build_encoder(encoder_config)
        width, heads = encoder_config.hidden_size, encoder_config.num_attention_heads
        self.spans = SpanHead(width, config.head_dropout)
        self.distance = nn.Embedding(_DISTANCES, width)
        self.aware = nn.TransformerEncoderLayer(
            width, heads, 2 * width, config.head_dropout, "gelu", batch_first=True, norm_first=True
        )
        self.asked = nn.Linear(width, width)
        # The table's rows are small beside states: without this the decoder would hardly see what it wrote.
        self.entry = nn.LayerNorm(width)
        self.decoder = T5Stack(
            T5Config(
                vocab_size=1,  # its own embedding is not used: the encoder's serves both
                eos_token_id=0,
                d_model=width,
                d_kv=width // heads,
                d_ff=2 * width,
                num_heads=heads,
                num_layers=config.decoder_layers,
                num_decoder_layers=config.decoder_layers,
                dropout_rate=config.head_dropout,
                feed_forward_proj="gated-gelu",
                is_decoder=True,
                is_encoder_decoder=True,
            )
        )
        self.copy_query = nn.Linear(width, width)
        self.copy_key = nn.Linear(width, width)
        self.copy_gate = nn.Linear(2 * width, 1)
        self.to_vocabulary = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.LayerNorm(width))
        self.bias = nn.Parameter(torch.zeros(encoder_config.vocab_size))
        self.post_init()

    def read(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """The states [B, L, H] of passage windows `ids` [B, L]."""
        states: torch.Tensor = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        return states

    def mark(self, states: torch.Tensor, mask: torch.Tensor, starts: torch.Tensor, ends: torch.Tensor) -> torch.Tensor:
        """Memories [N, L, H] for answers [start, end) from the passages' `states` [N, L, H]."""
        marked = states + self.distance(distance_buckets(states.size(1), starts, ends))
        memory: torch.Tensor = self.aware(marked, src_key_padding_mask=mask == 0)
        return memory

    def forward(
        self,
        decoder_input_ids: torch.Tensor,
        ids: torch.Tensor | None = None,
        attention_mask: torch.Tensor | None = None,
        encoder_outputs: BaseModelOutput | None = None,
        starts: torch.Tensor | None = None,
        ends: torch.Tensor | None = None,
        past_key_values: Cache | None = None,
        use_cache: bool | None = None,
        written: torch.Tensor | None = None,
        keys: torch.Tensor | None = None,
        **told: Any,
    ) -> Seq2SeqLMOutput:
        """Log-probabilities [N, T, V] of the next characters of questions, from memories in `encoder_outputs`.

        `ids` and `attention_mask` [N, L]: the passages the memories are of; `starts`, `ends` [N]: the answers;
        `written` [N, at least T]: the questions from their beginning, where the cache holds some of it; `keys`
        [N, L, H]: `copy_key` of the memories, where many steps share it; `told`: what else `_decoded` takes.
        """
        if ids is None or attention_mask is None or encoder_outputs is None or starts is None or ends is None:
            raise ValueError("a question is asked about answers of passages that were read")
        memory = encoder_outputs.last_hidden_state
        assert memory is not None
        hidden, cache = self._decoded(
            decoder_input_ids, memory, Answers(ids, attention_mask, starts, ends), past_key_values, use_cache, **told
        )
        table = self.encoder.get_input_embeddings().weight
        assert isinstance(table, torch.Tensor)
        follows = self._follows(decoder_input_ids if written is None else written, ids)[:, -decoder_input_ids.size(1) :]
        keys = self.copy_key(memory) if keys is None else keys
        logits = self._mixture(hidden, memory, keys, ids, attention_mask, table, follows)
        return Seq2SeqLMOutput(logits=logits, past_key_values=cache)

    def _decoded(
        self,
        new: torch.Tensor,
        memory: torch.Tensor,
        answers: Answers,
        cache: Cache | None,
        use_cache: bool | None,
        **_: Any,
    ) -> tuple[torch.Tensor, EncoderDecoderCache | None]:
        """The decoder's states [N, T, H] at characters `new` [N, T], and its cache; the rest as `forward` has it."""
        at = torch.arange(memory.size(1), device=memory.device)[None]
        inside = ((at >= answers.starts[:, None]) & (at < answers.ends[:, None])).to(memory.dtype)
        answer = (memory * inside[..., None]).sum(1) / inside.sum(1, keepdim=True).clamp(min=1)
        decoded = self.decoder(
            inputs_embeds=self.entry(self.encoder.get_input_embeddings()(new)) + self.asked(answer)[:, None],
            encoder_hidden_states=memory,
            encoder_attention_mask=answers.mask,
            past_key_values=cache,
            use_cache=use_cache,
        )
        return decoded.last_hidden_state, decoded.past_key_values

    def _follows(self, written: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
        """What is added to the copying scores [N, T, L] of the places behind the last character and behind the last two
        of what is `written` [N, T]: a name begun in one place should not go on in another."""
        same = written[:, :, None] == ids[:, None]  # character t of the question stands at place l of the passage
        same[:, 0] = False  # the mark of the beginning
        one = nn.functional.pad(same[:, :, :-1], (1, 0))
        two = one & nn.functional.pad(same[:, :-1, :-2], (2, 0, 1, 0))
        first, second = self.config.follow
        found: torch.Tensor = first * one + second * two
        return found

    def _mixture(
        self,
        hidden: torch.Tensor,
        memory: torch.Tensor,
        keys: torch.Tensor,
        ids: torch.Tensor,
        mask: torch.Tensor,
        table: torch.Tensor,
        follows: torch.Tensor,
    ) -> torch.Tensor:
        """Log-probabilities of characters: of the vocabulary's softmax, or copied from the passage, by a gate."""
        scores = self.copy_query(hidden) @ keys.transpose(1, 2) / hidden.size(-1) ** 0.5 + follows
        attention = scores.float().masked_fill(mask[:, None] == 0, -1e4).softmax(-1)
        context = attention.to(memory.dtype) @ memory
        gate = self.copy_gate(torch.cat([hidden, context], -1)).float().sigmoid()
        written = (nn.functional.linear(self.to_vocabulary(hidden), table) + self.bias).float().softmax(-1)
        copied = torch.zeros_like(written).scatter_add(-1, ids[:, None].expand(-1, hidden.size(1), -1), attention)
        found: torch.Tensor = (gate * copied + (1 - gate) * written + 1e-8).log()
        return found

    def prepare_inputs_for_generation(  # type: ignore[override]  # asked with what this class's `forward` takes
        self, decoder_input_ids: torch.Tensor, past_key_values: Cache | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        """The last character alone where the cache holds those before it."""
        seen = past_key_values.get_seq_length() if past_key_values is not None else 0
        kept = ("ids", "keys", "attention_mask", "encoder_outputs", "starts", "ends", "use_cache")
        new = {"decoder_input_ids": decoder_input_ids[:, seen:], "written": decoder_input_ids}
        return new | {"past_key_values": past_key_values} | {k: kwargs.get(k) for k in kept}

    def get_encoder(self, *_: Any, **__: Any) -> nn.Module:
        """What `generate` calls for memories; it is given these."""
        encoder: nn.Module = self.encoder
        return encoder
