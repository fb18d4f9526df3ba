"""Text in, the same text turned round out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.pipeline import Pipeline
from core.text import check_text
from core.toy.task import Turn


@dataclass(frozen=True)
class Turned:
    """A text turned round."""

    turned: str

    def to_dict(self) -> dict[str, Any]:
        """JSON: {"turned"}."""
        return {"turned": self.turned}


class ToyPipeline(Pipeline[Turn, str, str, str, Turned]):
    """Turns texts round."""

    task = "toy"

    @classmethod
    def from_folder(cls, folder: Path, device: str) -> ToyPipeline:
        return cls()

    @classmethod
    def normalise(cls, request: Turn) -> Turn:
        return Turn(check_text(request.text, 100), request.times)

    def encode(self, asked: Turn) -> list[str]:
        return [asked.text]

    def model(self, pieces: Sequence[str]) -> list[str]:
        return [piece[::-1] for piece in pieces]

    def decode(self, asked: Turn, pieces: Sequence[str], seen: Sequence[str]) -> str:
        return seen[0] if asked.times % 2 else pieces[0]

    def result(self, asked: Turn, decoded: str) -> Turned:
        return Turned(decoded)

    def explain(self, text: str) -> list[str]:
        """The characters."""
        return list(text)
