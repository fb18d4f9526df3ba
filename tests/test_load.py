"""The load test's visitors: the app answers each about their own things, and they would notice if it did not."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from benchmarks.load import Http, run
from benchmarks.visitors import Json, Leak, Visitor
from tests.apart import apart

# Enough for every way into the demos to be taken.
_USERS, _SECONDS = 4, 6


def test_visitors_at_once_get_their_own_answers(server: str) -> None:
    tally = apart(lambda: run(server, None, _USERS, _SECONDS, (0.0, 0.2)))
    assert not tally.told
    demos = {row["demo"].split(":")[0] for row in tally.rows() if row["answers"]}
    assert demos == {"triples", "qa_pairs", "xiangqi", "similarity", "text2sql"}


class Crossed:
    """A way to the app that mixes two visitors up: it asks what the other one asks."""

    def __init__(self, link: Http) -> None:
        self.link = link
        self.asked: list[Any] = []
        self.swapped = False

    async def call(self, endpoint: str, data: list[Any]) -> Any:
        return await self.link.call(endpoint, self._other(data))

    async def ask_view(self, view: str, name: str, data: Json) -> Json:
        return await self.link.ask_view(view, name, self._other(data))

    async def press(self, element: str, event: str, data: list[Any], session: str) -> list[Any]:
        return await self.link.press(element, event, self._other(data), session)

    def _other(self, data: Any) -> Any:
        if self.swapped:
            return self.asked.pop(0)
        self.asked.append(data)
        return data


@pytest.mark.parametrize("act", ["triples", "similarity", "search", "text2sql", "ask_table", "move", "answer"])
def test_the_answer_to_somebody_else_is_noticed(server: str, act: str) -> None:
    async def cross() -> None:
        async with httpx.AsyncClient(base_url=server, timeout=60) as client:
            link = Crossed(Http(client, (await client.get("/config")).json()))
            await getattr(Visitor(3), act)(link)
            link.swapped = True
            with pytest.raises(Leak):
                await getattr(Visitor(4), act)(link)

    apart(cross)
