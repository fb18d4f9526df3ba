"""What the visitors of a load test ask, each about things of their own, and how they know the answers for theirs.

Every input holds the visitor's own name or numbers, so that no two visitors ask the same. A check knows the answer by
what must be true of it whatever the models say: spans that cut the visitor's own text, cells of their own table,
moves that are legal in their own game.
"""

from __future__ import annotations

import json
import random
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core.xiangqi.game import Game
from core.xiangqi.notation import from_iccs, to_iccs
from core.xiangqi.session import read_game

Json = dict[str, Any]

EXAMPLES = Path(__file__).resolve().parent.parent / "assets" / "examples"
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔"
_GIVEN = "明华建国文武成功玉兰春梅志强海燕立新云飞雪晴"
_CITIES = ("云城", "海州", "江宁", "山阳", "林泉", "河清", "白沙", "青石")
_PLIES = 60


class Leak(Exception):
    """An answer that is about something else than what was asked."""


class Link(Protocol):
    """How a visitor reaches the app."""

    async def call(self, endpoint: str, data: list[Any]) -> Any:
        """The answer of a named endpoint."""

    async def ask_view(self, view: str, name: str, data: Json) -> Json:
        """What a view's script is told by the server."""

    async def press(self, element: str, event: str, data: list[Any], session: str) -> list[Any]:
        """What an event of the page first puts into its outputs, once it is done."""


def _own(condition: object, what: str, answer: object) -> None:
    if not condition:
        raise Leak(f"{what}: {json.dumps(answer, ensure_ascii=False)[:300]}")


def _cuts(text: str, span: list[int], piece: str) -> bool:
    return text[slice(*span)] == piece


class Visitor:
    """One visitor with a name, a table, a list and a game of their own."""

    def __init__(self, number: int) -> None:
        self.chance = random.Random(number)
        place, turn = number % len(_SURNAMES), number // len(_SURNAMES)
        self.name = _SURNAMES[place] + _GIVEN[(turn * 7 + place) % len(_GIVEN)] + _GIVEN[(turn * 3 + 1) % len(_GIVEN)]
        self.session = uuid.uuid4().hex
        self.base = 1000 * (number + 1)
        self.asked: list[str] = []
        self._game = read_game()
        self._has_table = False
        examples = json.loads((EXAMPLES / "triples" / "examples.json").read_text(encoding="utf-8"))
        self._texts = [example["text"] for example in examples]
        self._pairs = json.loads((EXAMPLES / "similarity" / "examples.json").read_text(encoding="utf-8"))

    def actions(self) -> list[tuple[str, Callable[[Link], Any]]]:
        """One of each demo in an order of chance; where a demo has several ways in, one of them."""
        ways = {
            "triples": [self.triples],
            "qa_pairs": [self.qa_pairs, self.answer],
            "xiangqi": [self.move, self.move, self.xiangqi],
            "similarity": [self.similarity, self.similarity, self.search],
            "text2sql": [self.text2sql, self.ask_table],
        }
        chosen = [(demo, self.chance.choice(found)) for demo, found in ways.items()]
        self.chance.shuffle(chosen)
        return chosen

    async def triples(self, link: Link) -> None:
        text = f"《{self.name}传》是由{self.name}执导的电影，{self._year()}年上映。{self.chance.choice(self._texts)}"
        found = await link.call("triples", [text])
        for triple in found["triples"]:
            for part in ("subject", "object"):
                _own(_cuts(text, triple[f"{part}_span"], triple[part]), "triple of another text", triple)
        # The first sentence is one that the model never misses.
        told = [t for t in found["triples"] if self.name in t["subject"] + t["object"]]
        _own(told, f"nothing about {self.name}", found)

    def _year(self) -> int:
        return self.chance.randrange(1950, 2025)

    def _passage(self) -> str:
        city = self.chance.choice(_CITIES)
        return (
            f"{self.name}出生于{self._year()}年，毕业于{city}大学，是一位历史学家。"
            f"他在{city}工作了{self.chance.randrange(3, 40)}年，写了《{self.name}文集》，{self._year()}年获得科学奖。"
        )

    async def qa_pairs(self, link: Link) -> None:
        passage = self._passage()
        found = await link.call("qa_pairs", [passage, 2])
        for pair in found["pairs"]:
            _own(_cuts(passage, pair["answer_span"], pair["answer"]), "pair of another passage", pair)

    async def answer(self, link: Link) -> None:
        passage = self._passage()
        # Passages of two visitors may tell of the same city; the name is in this one's alone.
        found = await link.call("answer", [passage, f"{self.name}写了什么书？"])
        cut = _cuts(passage, found["answer_span"], found["answer"])
        _own(cut and self.name in found["answer"], "answer from another passage", found)

    def _sentences(self) -> tuple[str, str]:
        pair = self.chance.choice(self._pairs)
        return f"{self.name}说{pair['text_a']}", f"{self.name}问{pair['text_b']}"

    async def similarity(self, link: Link) -> None:
        a, b = self._sentences()
        found = await link.call("similarity", [a, b])
        for side, text in (("a", a), ("b", b)):
            words = "".join(found[f"tokens_{side}"])
            cut = "".join(text[slice(*span)] for span in found[f"spans_{side}"])
            _own(words == cut and words.startswith(self.name), f"words of another sentence than {text}", words)

    async def search(self, link: Link) -> None:
        sentences = [side for _ in range(4) for side in self._sentences()]
        found = await link.call("similarity_search", [self._sentences()[0], sentences, 3])
        for hit in found["hits"]:
            _own(sentences[hit["number"]] == hit["text"], "hit of another list", hit)

    def _rows(self) -> list[list[Any]]:
        return [[f"{self.name[0]}{city}", self.base + i] for i, city in enumerate(_CITIES)]

    def _own_cells(self, rows: list[list[Any]]) -> None:
        """Whatever was understood, it was found in this visitor's table."""
        own = {cell for row in self._rows() for cell in row}
        numbers = [number for _, number in self._rows()]
        own |= {sum(numbers), sum(numbers) / len(numbers), *range(len(numbers) + 1)}
        _own(rows and {cell for row in rows for cell in row} <= own, "cells of another table", rows)

    async def text2sql(self, link: Link) -> None:
        rows = self._rows()
        city, _ = self.chance.choice(rows)
        found = await link.call("text2sql", [f"{city}的人口是多少", {"header": ["城市", "人口"], "rows": rows}])
        self._own_cells(found["rows"])

    async def ask_table(self, link: Link) -> None:
        """As the page does it: a table pasted, then asked; the session remembers both, and what was asked before."""
        if not self._has_table:
            pasted = "\n".join(["城市,人口", *(f"{city},{people}" for city, people in self._rows())])
            _, _, preview, *_ = await link.press("text2sql-use", "click", [pasted], self.session)
            cells = json.loads(preview["json"])["rows"]
            _own([row[0] for row in cells] == [row[0] for row in self._rows()], "another table", cells)
            self._has_table = True
        city, _ = self.chance.choice(self._rows())
        question = f"{city}的人口是多少"
        self.asked.append(question)
        view, _, _, history, *_ = await link.press("text2sql-run", "click", [question, *[None] * 4], self.session)
        if "memory" in view.get("error", {}).get("en", ""):
            self._has_table = False  # it made room for those of others
            return
        self._own_cells(json.loads(view["json"])["result"]["rows"])
        past = [entry["question"] for entry in history["entries"]]
        _own(past[0] == question and set(past) <= set(self.asked), "history of another session", past)

    def _playing(self) -> tuple[Game, list[str]]:
        """The visitor's game after a move of their own; a new one once it is over."""
        if self._game.status().over or len(self._game.moves) >= _PLIES:
            self._game = read_game()
        if not self._game.moves:
            for _ in range(self.chance.randrange(2, 8)):
                self._game.push(self.chance.choice(self._game.board.legal_moves()))
        if not self._game.status().over:
            self._game.push(self.chance.choice(self._game.board.legal_moves()))
        return self._game, [to_iccs(move) for move in self._game.moves]

    async def xiangqi(self, link: Link) -> None:
        game, moves = self._playing()
        found = await link.call("xiangqi", [" ".join(moves)])
        legal = {to_iccs(move) for move in game.board.legal_moves()}
        _own({c["move"] for c in found["candidates"]} <= legal, "moves of another game", found)

    async def move(self, link: Link) -> None:
        """As the page does it: the whole game is sent, and comes back with the model's move."""
        game, moves = self._playing()
        found = await link.ask_view("xiangqi-game", "think", {"moves": moves, "temperature": 0.5})
        _own(found["game"]["moves"][: len(moves)] == moves, "another game", found["game"])
        if found["move"] is not None:
            _own(game.board.is_legal(from_iccs(found["move"])), "move of another game", found["move"])
            game.push(from_iccs(found["move"]))
