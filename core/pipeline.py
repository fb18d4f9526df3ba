"""What every task's pipeline is: five steps from a request to a result, for one request or for many together."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from core import tasks
from core.errors import InputError
from core.operation import Result

Asked = TypeVar("Asked")
Piece = TypeVar("Piece")
Seen = TypeVar("Seen")
Decoded = TypeVar("Decoded")
R = TypeVar("R", bound=Result)
T = TypeVar("T")

# Called with (pieces that the model has seen, pieces in all); what it raises ends the work.
Progress = Callable[[int, int], None]


class Pipeline(ABC, Generic[Asked, Piece, Seen, Decoded, R]):
    """One loaded model behind one task: normalise → encode → model → decode → result. Safe to call from many threads.

    `Asked` is a request that has been checked, `Piece` what the model reads, `Seen` what it gives for a piece,
    `Decoded` what that comes to, `R` the answer. `explain`, whose arguments are each task's own, gives the inside.
    """

    task: ClassVar[str]
    # Pieces that the model sees together, and requests that a cluster may answer together: 1 where they do not share
    # batches, so that in one each would wait for all.
    batch: ClassVar[int] = 16
    together: ClassVar[int] = 16
    # The methods that need the model, and what the others use of it: they run anywhere (`core.remote`).
    at_model: ClassVar[tuple[str, ...]] = ("answer",)
    facts: ClassVar[tuple[str, ...]] = ()

    @classmethod
    @abstractmethod
    def from_folder(cls, folder: Path, device: str) -> Pipeline[Asked, Piece, Seen, Decoded, R]:
        """Load from a checkpoint folder. Raises OSError or ValueError where the folder holds no such model."""

    @classmethod
    @abstractmethod
    def normalise(cls, request: Any) -> Asked:
        """A request (`core.operation`) checked and its text folded. Raises InputError where it cannot be used."""

    @abstractmethod
    def encode(self, asked: Asked) -> Sequence[Piece]:
        """What the model reads of a request."""

    @abstractmethod
    def model(self, pieces: Sequence[Piece]) -> Sequence[Seen]:
        """What the model gives for each piece."""

    @abstractmethod
    def decode(self, asked: Asked, pieces: Sequence[Piece], seen: Sequence[Seen]) -> Decoded:
        """What that comes to. Raises InputError where it comes to nothing that can be answered."""

    @abstractmethod
    def result(self, asked: Asked, decoded: Decoded) -> R:
        """The answer."""

    @abstractmethod
    def explain(self, *args: Any, **kwargs: Any) -> Any:
        """The inside of the model at work on an input. Raises InputError where the input cannot be used."""

    def size(self, piece: Piece) -> int:
        """How long a piece is: those of like length share a batch, so that little of it is padding."""
        return 0

    def shares(self, asked: Asked) -> bool:
        """Whether a request may be answered together with others, none of which it keeps waiting."""
        return self.together > 1

    def ask(self, asked: Asked, progress: Progress | None = None) -> R:
        """The answer to one request. Raises InputError where there is none."""
        [found] = self.answer([asked], progress)
        if isinstance(found, InputError):
            raise found
        return found

    def run(self, rows: Sequence[Mapping[str, Any]]) -> list[R | InputError]:
        """The answers to JSON rows, in order; a row that cannot be used gives its InputError in its place."""
        operation = tasks.find(self.task).operations[0]
        return self.answer([attempt(self.normalise, operation.read_row(row)) for row in rows])

    def answer(self, asked: Sequence[Asked | InputError], progress: Progress | None = None) -> list[R | InputError]:
        """The answers to requests, in order; what cannot be used gives its InputError in its place."""
        encoded = [a if isinstance(a, InputError) else attempt(self.encode, a) for a in asked]
        seen = self._seen([[] if isinstance(pieces, InputError) else pieces for pieces in encoded], progress)
        return [
            pieces if isinstance(pieces, InputError) else attempt(self._answer, a, pieces, s)
            for a, pieces, s in zip(asked, encoded, seen, strict=True)
        ]

    def _answer(self, asked: Asked, pieces: Sequence[Piece], seen: Sequence[Seen]) -> R:
        return self.result(asked, self.decode(asked, pieces, seen))

    def _seen(self, pieces: Sequence[Sequence[Piece]], progress: Progress | None) -> list[list[Seen]]:
        places = [(i, j) for i, own in enumerate(pieces) for j in range(len(own))]
        if len(pieces) > 1:
            places.sort(key=lambda place: self.size(pieces[place[0]][place[1]]))
        found: dict[tuple[int, int], Seen] = {}
        for k in range(0, len(places), self.batch):
            group = places[k : k + self.batch]
            found |= zip(group, self.model([pieces[i][j] for i, j in group]), strict=True)
            if progress:
                progress(len(found), len(places))
        return [[found[i, j] for j in range(len(own))] for i, own in enumerate(pieces)]


AnyPipeline = Pipeline[Any, Any, Any, Any, Any]


def attempt(make: Callable[..., T], *args: Any) -> T | InputError:
    """What `make(*args)` gives, or the InputError that it raises."""
    try:
        return make(*args)
    except InputError as error:
        return error
