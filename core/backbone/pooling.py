"""How a sentence-transformers checkpoint makes a sentence's vector of its tokens' vectors (arXiv:1908.10084).

Its modules.json names a Transformer, a Pooling, and perhaps a Normalize, which changes no cosine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import InputError

if TYPE_CHECKING:
    import torch

_WAYS = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}


@dataclass(frozen=True)
class Pooling:
    """The `ways` of pooling, whose vectors are put side by side, and the tokens that are read at most (None: as many
    as the encoder reads)."""

    ways: tuple[str, ...]
    max_tokens: int | None = None

    @classmethod
    def read(cls, read_json: Callable[[str], Any], name: str) -> Pooling | None:
        """What the checkpoint called `name` says; None where it says nothing. `read_json` gives None for no file.

        Raises:
            InputError: it does more than pool.
        """
        modules = read_json("modules.json")
        if not modules:
            return None
        kinds = {str(module.get("type", "")).rpartition(".")[2]: str(module.get("path", "")) for module in modules}
        more = sorted(kinds.keys() - {"Transformer", "Pooling", "Normalize"})
        if more or kinds.get("Transformer") != "" or "Pooling" not in kinds:
            what = more[0] if more else "no Pooling" if "Pooling" not in kinds else "a Transformer in a subfolder"
            raise InputError(
                f"{name} 的 modules.json 要用 {what}，这里只支持 Transformer、Pooling、Normalize",
                f"{name} has {what} in its modules.json; only Transformer, Pooling and Normalize are supported",
            )
        config = read_json(f"{kinds['Pooling']}/config.json") or {}
        ways = tuple(way for key, way in _WAYS.items() if config.get(key))
        # Newer versions name the mode themselves.
        named = config.get("pooling_mode")
        if not ways and isinstance(named, str | list):
            ways = tuple([named] if isinstance(named, str) else named)
        if not ways or not set(ways) <= set(_WAYS.values()):
            raise InputError(f"{name} 的池化方式认不出来", f"the pooling of {name} is of no kind known here")
        told = read_json("sentence_bert_config.json") or {}
        return cls(ways, told.get("max_seq_length"))

    def __call__(self, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Sentence vectors [B, H × ways] of last states [B, L, H] with their mask [B, L], padded on the right."""
        import torch

        weights = mask[..., None].to(states.dtype)
        counts = weights.sum(1).clamp(min=1)
        found = []
        for way in self.ways:
            if way == "cls":
                found.append(states[:, 0])
            elif way == "max":
                found.append(states.masked_fill(weights == 0, float("-inf")).amax(1))
            elif way == "lasttoken":
                rows = torch.arange(len(states), device=states.device)
                found.append(states[rows, mask.sum(1).long() - 1])
            elif way == "weightedmean":
                places = weights * torch.arange(1, states.size(1) + 1, device=states.device)[None, :, None]
                found.append((states * places).sum(1) / places.sum(1))
            else:
                found.append((states * weights).sum(1) / (counts if way == "mean" else counts.sqrt()))
        return torch.cat(found, -1)
