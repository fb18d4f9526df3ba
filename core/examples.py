"""Examples of what a user wants, one to eight: what the tasks that learn from them have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from core.errors import InputError, naming
from core.pipeline import Asked, Pipeline, R, attempt

MAX_EXAMPLES = 8


class ExamplesPipeline(Pipeline[Asked, Asked, R | InputError, R, R]):
    """What is learnt anew from the examples of each request: the requests share nothing, so each is one piece, whose
    whole answer `answer_one` gives."""

    batch = together = 1
    # What is done by example, in Chinese and in English.
    done: ClassVar[tuple[str, str]]

    @abstractmethod
    def answer_one(self, asked: Asked) -> R:
        """The answer to one request. Raises InputError where there is none."""

    def encode(self, asked: Asked) -> list[Asked]:
        return [asked]

    def model(self, pieces: Sequence[Asked]) -> list[R | InputError]:
        # One prompt may be too long for a language model where the others are not.
        return [attempt(self.answer_one, piece) for piece in pieces]

    def decode(self, asked: Asked, pieces: Sequence[Asked], seen: Sequence[R | InputError]) -> R:
        [found] = seen
        if isinstance(found, InputError):
            raise found
        return found

    def result(self, asked: Asked, decoded: R) -> R:
        return decoded

    def explain(self, *args: Any, **kwargs: Any) -> Any:
        """Raises InputError: nothing is drawn of what is learnt from a few examples."""
        zh, en = self.done
        raise InputError(f"按例子{zh}没有图示", f"nothing is drawn of {en} by example")


def read_examples(given: object) -> Iterator[tuple[AbstractContextManager[None], dict[str, Any]]]:
    """The examples that are not blank, each with a context in which what goes wrong names its number.

    Raises:
        InputError: no list of objects, or fewer than one or more than MAX_EXAMPLES that are not blank.
    """
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise InputError("examples 应为例子的列表，每个例子是一个对象", "examples must be a list of objects")
    rows = [(number, row) for number, row in enumerate(given, 1) if any(map(_says, row.values()))]
    if not rows:
        raise InputError("请至少写一个例子", "write at least one example")
    if len(rows) > MAX_EXAMPLES:
        raise InputError(
            f"最多 {MAX_EXAMPLES} 个例子，现有 {len(rows):,} 个",
            f"at most {MAX_EXAMPLES} examples; there are {len(rows):,}",
        )
    return ((naming(f"例 {number}", f"example {number}"), row) for number, row in rows)


def _says(value: object) -> bool:
    """Whether a field is filled in; an answer to choose from is so before anything is written."""
    return value.strip() != "" if isinstance(value, str) else not isinstance(value, bool | None)
