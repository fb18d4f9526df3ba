"""A causal language model of the user's own: asked by its chat template, stopped where the caller has what it wants.

What was read before is not read again: keys and values of the last prompts are kept, and a prompt goes on where it
parts from the one that it shares most with (as llama.cpp's server does, https://github.com/ggml-org/llama.cpp,
cache_prompt). So put what questions share first.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from weakref import WeakValueDictionary

import torch
from jinja2 import TemplateError
from torch import nn
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    DynamicCache,
    GenerationConfig,
    LogitsProcessor,
    LogitsProcessorList,
    StoppingCriteria,
    StoppingCriteriaList,
)
from transformers.cache_utils import DynamicLayer
from transformers.utils import logging

from core.backbone import int8
from core.backbone.weights import moved, quantised
from core.catalog import PACKING, ROW_SCALE
from core.errors import InputError

Precision = Literal["int8", "bfloat16", "float32", "stored"]

# Bytes of keys and values that one model keeps.
_KEPT_BYTES = 400_000_000
# Tokens looked at in each step, the likeliest first; if none of them is allowed the text ends.
_WIDTH = 256
_CAUSAL = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration")


@dataclass(frozen=True)
class Message:
    """What one side says: `role` is system, user or assistant."""

    role: str
    content: str


@dataclass(frozen=True)
class Written:
    """What the model wrote, and its probability: that of all its tokens, each after those before it."""

    text: str
    probability: float


# Those that somebody has: one model may serve several tasks.
_shared: WeakValueDictionary[tuple[str, str, str | None], CausalLM] = WeakValueDictionary()
_sharing = threading.Lock()


class _Done(StoppingCriteria):
    def __init__(self, tokenizer: Any, start: int, done: Callable[[str], bool]) -> None:
        self.tokenizer, self.start, self.done = tokenizer, start, done

    def __call__(self, input_ids: torch.Tensor, scores: Any, **kwargs: Any) -> torch.Tensor:
        over = [self.done(self.tokenizer.decode(ids[self.start :], skip_special_tokens=True)) for ids in input_ids]
        return torch.tensor(over, device=input_ids.device)


class _Kept(LogitsProcessor):
    """Only the likeliest token after which the text is allowed: for greedy decoding."""

    def __init__(self, tokenizer: Any, start: int, allowed: Callable[[str], bool], ends: set[int]) -> None:
        self.tokenizer, self.start, self.allowed, self.ends = tokenizer, start, allowed, ends

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        kept = scores.clone()  # what comes is also kept as the model's own
        for row, ids in enumerate(input_ids):
            written = ids[self.start :].tolist()
            # Half a character has few tokens that complete it, and they may be unlikely ones.
            half = self.tokenizer.decode(written[-4:]).endswith("\ufffd")
            width = min(_WIDTH * 16 if half else _WIDTH, scores.size(-1))
            top = scores[row].topk(width).indices.tolist()
            best = next((t for t in top if t in self.ends or self._fits(written, t)), min(self.ends))
            kept[row] = float("-inf")
            kept[row, best] = 0.0
        return kept

    def _fits(self, written: list[int], token: int) -> bool:
        return self.allowed(self.tokenizer.decode([*written, token], skip_special_tokens=True))


class CausalLM:
    """A language model with its tokenizer. Threads may share it."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self.model = model.eval()
        self.tokenizer = tokenizer
        # Not all that frames messages is one of the named special tokens: converted checkpoints name ends only.
        frames = (str(token) for token in tokenizer.added_tokens_decoder.values() if token.special)
        self._special = sorted({*filter(None, tokenizer.all_special_tokens), *frames}, key=len, reverse=True)
        self._read: deque[tuple[list[int], list[tuple[torch.Tensor, torch.Tensor]]]] = deque()
        self._lock = threading.Lock()

    @classmethod
    def from_folder(cls, folder: Path, device: str, precision: Precision | None = None) -> CausalLM:
        """Load from `folder`: safetensors only, and no code that comes with it. As long as somebody has it, others get
        the same one.

        Raises:
            InputError: the folder's model writes no text.
        """
        key = str(folder.resolve()), device, precision
        with _sharing:
            found = _shared.get(key)
            if found is None:
                found = _shared[key] = cls._read_from(folder, device, precision)
            return found

    @classmethod
    def _read_from(cls, folder: Path, device: str, precision: Precision | None) -> CausalLM:
        config = AutoConfig.from_pretrained(folder, trust_remote_code=False)
        names = config.architectures or []
        if names and not any(name.endswith(_CAUSAL) for name in names):
            raise InputError(
                f"{folder.name} 不是语言模型（{names[0]}），写不出查询",
                f"{folder.name} is no language model ({names[0]}) and cannot write",
            )
        tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
        precision = precision or fastest(device)
        dtype = {"float32": torch.float32, "stored": "auto"}.get(precision, torch.bfloat16)
        model = AutoModelForCausalLM.from_pretrained(
            folder, config=config, dtype=dtype, use_safetensors=True, trust_remote_code=False
        )
        return cls(_lightened(model) if precision == "int8" else moved(model, device), tokenizer)

    @property
    def chats(self) -> bool:
        """Whether it was trained on conversations and says how they are written down."""
        return bool(self.tokenizer.chat_template)

    def writes_whole(self, character: str) -> bool:
        """Whether `character` is one token."""
        return len(self.tokenizer(character, add_special_tokens=False)["input_ids"]) == 1

    def render(self, messages: Sequence[Message], opening: str = "") -> str:
        """The prompt: `messages` by the model's own template, and the first words of its answer."""
        said = [{"role": m.role, "content": self._harmless(m.content)} for m in messages]
        try:
            return self._templated(said) + opening
        except TemplateError:
            # Some templates know no system: then the first user says it.
            if len(said) < 2 or said[0]["role"] != "system":
                raise
            first = {"role": "user", "content": f"{said[0]['content']}\n\n{said[1]['content']}"}
            return self._templated([first, *said[2:]]) + opening

    def _templated(self, said: list[dict[str, str]]) -> str:
        # The template is run in transformers' sandbox. Models that think aloud are asked not to; others ignore it.
        text: str = self.tokenizer.apply_chat_template(
            said, tokenize=False, add_generation_prompt=True, enable_thinking=False
        )
        return text

    def _harmless(self, text: str) -> str:
        """`text` without what the tokenizer would take for a frame: a cell shall not end its own message."""
        before = ""
        while before != text:
            before = text
            for token in self._special:
                text = text.replace(token, "")
        return text

    @torch.inference_mode()
    def write(
        self,
        prompt: str,
        done: Callable[[str], bool],
        allowed: Callable[[str], bool] | None = None,
        tokens: int = 200,
    ) -> Written:
        """What the model writes after `prompt`, the likeliest token each time of those after which the text so far is
        `allowed`, until it is `done`, the model ends it, or `tokens` are written.

        Raises:
            InputError: the prompt is longer than the model can read.
        """
        # A template writes the special tokens itself.
        ids = self.tokenizer(prompt, add_special_tokens=not self.chats)["input_ids"]
        self._check_length(len(ids) + tokens)
        config = self._plain_config(tokens)
        ends = config.eos_token_id if isinstance(config.eos_token_id, list) else [config.eos_token_id]
        kept = [_Kept(self.tokenizer, len(ids), allowed, set(ends))] if allowed else []
        out = self.model.generate(
            input_ids=torch.tensor([ids], device=self.model.device),
            attention_mask=torch.ones((1, len(ids)), dtype=torch.long, device=self.model.device),
            past_key_values=self._remembered(ids),
            generation_config=config,
            logits_processor=LogitsProcessorList(kept),
            stopping_criteria=StoppingCriteriaList([_Done(self.tokenizer, len(ids), done)]),
        )
        self._remember(ids, out.past_key_values)
        written = out.sequences[0, len(ids) :]
        logs = [logits[0].float().log_softmax(-1)[t] for logits, t in zip(out.logits, written, strict=True)]
        probability = float(torch.stack(logs).sum().exp()) if logs else 0.0
        return Written(self.tokenizer.decode(written, skip_special_tokens=True), probability)

    def _plain_config(self, tokens: int) -> GenerationConfig:
        """Greedy. Of the model's own configuration only the ends: its penalties for repetition would forbid SQL to
        repeat the names it has just read."""
        own = self.model.generation_config
        end = own.eos_token_id if own.eos_token_id is not None else self.tokenizer.eos_token_id
        pad = own.pad_token_id if own.pad_token_id is not None else self.tokenizer.pad_token_id
        first = end[0] if isinstance(end, list) else end
        return GenerationConfig(
            max_new_tokens=tokens,
            do_sample=False,
            eos_token_id=end,
            pad_token_id=first if pad is None else pad,
            return_dict_in_generate=True,
            output_logits=True,
        )

    def _check_length(self, tokens: int) -> None:
        most = getattr(self.model.config.get_text_config(), "max_position_embeddings", None)
        if most is not None and tokens > most:
            raise InputError(
                f"文字太长，这个模型读不下（需要 {tokens:,} 个词元，上限 {most:,}）",
                f"the text is too long for this model ({tokens:,} tokens, it reads {most:,})",
            )

    def _remembered(self, ids: list[int]) -> DynamicCache:
        """Keys and values of as much of the beginning of `ids` as was read before, but for the last token, which has to
        be read again to go on from it."""
        best, length = None, 0
        with self._lock:
            for read, states in self._read:
                common = next((i for i, (a, b) in enumerate(zip(read, ids, strict=False)) if a != b), len(read))
                common = min(common, len(ids) - 1)
                if common > length:
                    best, length = states, common
        if best is None:
            return DynamicCache(config=self.model.config)
        # A layer appends by making new tensors, so that those kept stay as they are.
        return DynamicCache([(k[..., :length, :], v[..., :length, :]) for k, v in best], config=self.model.config)

    def _remember(self, ids: list[int], cache: object) -> None:
        # Windows and states that run along cannot be cut at a token.
        layers = cache.layers if isinstance(cache, DynamicCache) else []
        states: list[tuple[torch.Tensor, torch.Tensor]] = []
        for layer in layers:
            if type(layer) is not DynamicLayer or layer.keys is None or layer.values is None:
                return
            # Copies: a part of a tensor would hold the whole of it.
            states.append((layer.keys[..., : len(ids), :].clone(), layer.values[..., : len(ids), :].clone()))
        if not states:
            return
        with self._lock:
            self._read.appendleft((ids, states))
            held = [sum(k.nbytes + v.nbytes for k, v in kept) for _, kept in self._read]
            while len(self._read) > 4 or (len(self._read) > 1 and sum(held[: len(self._read)]) > _KEPT_BYTES):
                self._read.pop()


def fastest(device: str) -> Precision:
    """How to hold a model's matrices: as they are stored on a GPU; on a CPU in 8 bits where it can multiply those."""
    if torch.device(device).type != "cpu":
        return "stored"
    if int8.available():
        return "int8"
    return "bfloat16" if torch.cpu._is_avx512_bf16_supported() else "float32"


def _lightened(model: Any) -> Any:
    """`model` with its linear layers in 8 bits, one after another, the rest in float32."""
    linears = [(name, module) for name, module in model.named_modules() if type(module) is nn.Linear]
    for name, module in logging.tqdm(linears, desc=PACKING):
        state = quantised({"weight": module.weight.detach()})
        scale = state.get(f"weight{ROW_SCALE}")
        if scale is not None:
            bias = torch.zeros(len(scale)) if module.bias is None else module.bias.detach()
            parent, _, last = name.rpartition(".")
            setattr(model.get_submodule(parent), last, int8.Int8Linear(state["weight"], scale, bias))
    return model.float()
