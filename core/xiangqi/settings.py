"""How a move is chosen, and the limits of that."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import InputError

MAX_SEARCH = 2000
MAX_SECONDS = 60
_MOVES = 2062  # the size of the vocabulary


@dataclass(frozen=True)
class Settings:
    """How to choose a move; see `XiangqiPipeline.__call__`.

    A `careful` player overlooks no mate in one, of its own or the other side's; it has no other foresight.
    """

    temperature: float = 0.0
    top_k: int = 0
    seed: int | None = None
    search: int = 0
    to_win: bool = False
    seconds: float = 0.0
    careful: bool = False

    @property
    def thinks(self) -> bool:
        """Whether it looks ahead before it moves."""
        return bool(self.search or self.seconds)

    def check(self) -> None:
        """Raises InputError where a setting is of another kind or out of range."""

        def number(x: object, low: float, high: float, whole: bool = True) -> bool:
            if isinstance(x, bool) or not isinstance(x, int if whole else int | float):
                return False
            return low <= x <= high

        if not number(self.temperature, 0, 10, whole=False):
            raise InputError("temperature 应在 0 到 10 之间", "temperature must be between 0 and 10")
        if not number(self.top_k, 0, _MOVES):
            raise InputError("top_k 应为不小于 0 的整数", "top_k must be an integer, 0 or more")
        if self.seed is not None and not number(self.seed, 0, 2**63 - 1):
            raise InputError("seed 应为不小于 0 的整数", "seed must be an integer, 0 or more")
        if not number(self.search, 0, MAX_SEARCH):
            raise InputError(f"search 应为 0 到 {MAX_SEARCH} 的整数", f"search must be an integer, 0 to {MAX_SEARCH}")
        if not number(self.seconds, 0, MAX_SECONDS, whole=False):
            raise InputError(f"seconds 应在 0 到 {MAX_SECONDS} 之间", f"seconds must be between 0 and {MAX_SECONDS}")
        if not isinstance(self.to_win, bool):
            raise InputError("to_win 应为 true 或 false", "to_win must be true or false")
