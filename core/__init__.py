"""Modou's inference package: `core.load(task)` gives a pipeline from text to a result, with no user interface in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

from core import catalog, own_models, tasks
from core.errors import InputError
from core.operation import Operation, Result, Task
from core.pipeline import AnyPipeline, Pipeline

if TYPE_CHECKING:
    from core.qa_pairs.answering import AnswerPipeline
    from core.qa_pairs.pipeline import QAPairsPipeline
    from core.similarity.pipeline import SimilarityPipeline
    from core.text2sql.pipeline import Text2SQLPipeline
    from core.triples.events_pipeline import EventsPipeline
    from core.triples.pipeline import TriplesPipeline
    from core.xiangqi.pipeline import XiangqiPipeline

__version__ = "0.1.0"

__all__ = ["TASKS", "InputError", "Operation", "Pipeline", "Result", "Task", "ask", "load"]


TASKS = tasks.names()


@overload
def load(task: Literal["triples"], model: str | None = ..., device: str | None = ...) -> TriplesPipeline: ...
@overload
def load(task: Literal["events"], model: str | None = ..., device: str | None = ...) -> EventsPipeline: ...
@overload
def load(task: Literal["qa_pairs"], model: str | None = ..., device: str | None = ...) -> QAPairsPipeline: ...
@overload
def load(task: Literal["answer"], model: str | None = ..., device: str | None = ...) -> AnswerPipeline: ...
@overload
def load(task: Literal["xiangqi"], model: str | None = ..., device: str | None = ...) -> XiangqiPipeline: ...
@overload
def load(task: Literal["similarity"], model: str | None = ..., device: str | None = ...) -> SimilarityPipeline: ...
@overload
def load(task: Literal["text2sql"], model: str | None = ..., device: str | None = ...) -> Text2SQLPipeline: ...
@overload
def load(task: str, model: str | None = ..., device: str | None = ...) -> AnyPipeline: ...
def load(task: str, model: str | None = None, device: str | None = None) -> AnyPipeline:
    """The pipeline for `task`, loaded at the first call and shared by all later ones with the same arguments.

    Args:
        task: one of `TASKS`.
        model: a folder or a Hugging Face Hub id; None for the model that ships with the package, or the name of another
            one that does (`core.catalog.bundled`).
        device: a torch device; None for a GPU where there is one, else the CPU.

    Raises:
        InputError: no such task, or no usable model at `model`; Busy where a cluster has it (MODOU_REMOTE) and does
            not answer.
    """
    from core import remote, runtime

    checkpoint = catalog.find(task, model)
    base = remote.address()
    if base and checkpoint.ships:
        kind = tasks.find(task).pipeline_class
        return runtime.load_once((task, checkpoint.name, base), lambda: remote.connect(kind, checkpoint.name, base))
    return catalog.load_here(checkpoint, device)


def ask(operation: str, **given: Any) -> Result:
    """The answer to an operation, such as "triples.extract", as a stranger may ask for it.

    Raises:
        InputError: the request cannot be used; what can be told without the model is told before it is loaded.
        KeyError: no such operation.
    """
    task, found = {found.name: (task, found) for task, found in tasks.operations()}[operation]
    request = found.read_call(given)
    asked = getattr(task.pipeline_class, found.normalise)(request)
    model = own_models.offered(task.name, getattr(request, "model", None))
    answer: Result = getattr(load(task.name, model), found.method)(asked)
    return answer
