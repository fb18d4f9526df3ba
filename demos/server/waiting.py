"""Who waits for a model, and who is told at once that too many do."""

from __future__ import annotations

import contextvars
import os
import time
from asyncio import Queue as Mailbox
from typing import Any, Literal

import fastapi
import gradio as gr
from gradio import route_utils
from gradio.block_function import BlockFunction
from gradio.data_classes import PredictBodyInternal
from gradio.queueing import Event, Queue
from gradio.server_messages import EventMessage, ProcessCompletedMessage
from gradio.utils import error_payload

from core.errors import Busy
from demos.server import monitoring

# Longer than this nobody should wait before the work begins.
_MOST_SECONDS = 15.0
# All kinds of work together, those of no name included, which take milliseconds.
_MOST_IN_ALL = 1000
# How much the latest call counts in the pace of its kind of work.
_RECENT = 0.2

current: contextvars.ContextVar[monitoring.Call | None] = contextvars.ContextVar("current", default=None)


def most_waiting() -> int:
    """How many calls may wait for each kind of work: $MODOU_QUEUE, usually 64."""
    return max(0, int(os.environ.get("MODOU_QUEUE", "64")))


def endpoint(fn: BlockFunction) -> str:
    """The name of an event: a public one's in the API, else where its function stands."""
    if fn.api_visibility == "public":
        return str(fn.api_name)
    return f"{fn.fn.__module__.rpartition('.')[2]}.{fn.fn.__name__}" if fn.fn else "event"


class BoundedQueue(Queue):
    """Gradio's queue, which answers "busy" like any other refusal where a kind of work has enough waiting.

    Gradio's own bound holds for all kinds together, and its clients replace what the server says by words of theirs.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._most = most_waiting()
        self._pace: dict[str, float] = {}
        self.ANALYTICS_MAX_EVENTS = 0

    def compute_analytics_summary(self, records: object) -> dict[str, Any]:
        """Nothing: /metrics counts. Gradio would make a table of the last 10,000 calls after every single one."""
        return {"functions": {}}

    async def push(
        self, body: PredictBodyInternal, request: fastapi.Request, username: str | None
    ) -> tuple[bool, str | list[dict[str, Any]], Literal["success", "error", "queue_full", "validator_error"]]:
        if body.fn_index is not None:
            fn = route_utils.get_fn(self.blocks, None, body)
            if self._too_many(fn.concurrency_id):
                monitoring.refused(endpoint(fn), body.session_hash)
                return True, await self._turn_away(body, request, fn, username), "success"
        return await super().push(body, request, username)

    def _too_many(self, work: str) -> bool:
        if len(self) >= _MOST_IN_ALL:
            return True
        queue = None if work.isdigit() else self.event_queue_per_concurrency_id.get(work)
        if queue is None or queue.current_concurrency < (queue.concurrency_limit or 1_000_000):
            return False
        waiting = len(queue.queue)
        seconds = (waiting + 1) * self._pace.get(work, 0.0) / (queue.concurrency_limit or 1)
        return waiting >= self._most or (waiting > 0 and seconds > _MOST_SECONDS)

    async def _turn_away(
        self, body: PredictBodyInternal, request: fastapi.Request, fn: BlockFunction, user: str | None
    ) -> str:
        """The id of an event whose answer is there already."""
        event = Event(body.session_hash, fn, request, user)
        async with self.pending_message_lock:
            if event.session_hash not in self.pending_messages_per_session:
                self.pending_messages_per_session[event.session_hash] = Mailbox()
            self.pending_event_ids_session.setdefault(event.session_hash, set()).add(event._id)
        said = error_payload(gr.Error(str(Busy()), title="", print_exception=False), False)
        self.send_message(event, ProcessCompletedMessage(output=said, success=False))
        return event._id

    def send_message(self, event: Event, event_message: EventMessage) -> None:
        """Gradio forgets a visitor who has left while something still runs for them, and would call that a fault."""
        if event.session_hash in self.pending_messages_per_session:
            super().send_message(event, event_message)

    async def process_events(self, events: list[Event], batch: bool, begin_time: float, fn: BlockFunction) -> None:
        first = events[0]
        with monitoring.observed(endpoint(fn), first.session_hash, time.monotonic() - first.enqueue_time) as call:
            token = current.set(call)
            try:
                await super().process_events(events, batch, begin_time, fn)
            finally:
                current.reset(token)
            if not first.alive:
                call.outcome = "cancelled"
        self._note(first.concurrency_id, time.perf_counter() - call.begin)

    def _note(self, work: str, seconds: float) -> None:
        self._pace[work] = _RECENT * seconds + (1 - _RECENT) * self._pace.get(work, seconds)

    def sizes(self) -> dict[str, int]:
        """How many wait, by kind of work; kinds that have no name of ours are told together."""
        found = {"other": 0}
        for work, queue in list(self.event_queue_per_concurrency_id.items()):
            name = "other" if work.isdigit() else work
            found[name] = found.get(name, 0) + len(queue.queue)
        return found
