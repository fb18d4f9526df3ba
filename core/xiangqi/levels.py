"""How strong an opponent is wanted, by name."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.errors import InputError
from core.xiangqi.settings import Settings


@dataclass(frozen=True)
class Level:
    """A named strength; `zh` and `en` are what people call it."""

    name: str
    zh: str
    en: str
    settings: Settings


# The weaker ones play what people play, less sure of it, but see a mate in one; the stronger ones think.
LEVELS = (
    Level("beginner", "入门", "Beginner", Settings(1.6, 16, careful=True)),
    Level("casual", "业余", "Casual", Settings(0.8, 6, careful=True)),
    Level("intuition", "直觉", "Intuition", Settings()),
    Level("thinking", "思考", "Thinking", Settings(seconds=1.0)),
    Level("deep", "深思", "Deep", Settings(seconds=3.0)),
)


def level_settings(name: object, seed: int | None = None) -> Settings:
    """How the level called `name` chooses its moves. Raises InputError where there is none of that name."""
    for level in LEVELS:
        if level.name == name:
            return replace(level.settings, seed=seed)
    names = ", ".join(level.name for level in LEVELS)
    raise InputError(f"level 应为 {names} 之一", f"level must be one of {names}")
