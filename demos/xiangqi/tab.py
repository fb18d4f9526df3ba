"""The Xiangqi tab: play against a GPT, watch it play itself, and read games with its opinion.

The server keeps no game. Every request carries the whole of it and is checked by replaying it, so a page that is
reloaded, or a server that is restarted, loses nothing, and two pages are two games.
"""

from __future__ import annotations

import base64
import binascii
import json
import threading
import time
from contextlib import nullcontext
from dataclasses import asdict
from typing import Any

import gradio as gr

import core
from core import catalog
from core.errors import InputError
from core.operation import number
from core.xiangqi import MAX_PLIES, openings
from core.xiangqi.charset import decode
from core.xiangqi.fen import write_fen
from core.xiangqi.game import Game
from core.xiangqi.geometry import RED, SIDES, SQUARES
from core.xiangqi.legality import why_illegal, why_stuck
from core.xiangqi.notation import from_iccs, to_chinese, to_iccs
from core.xiangqi.paste import read_paste
from core.xiangqi.pgn import MAX_BYTES, GameRecord, write_pgn
from core.xiangqi.session import agreement, describe, read_game
from demos.assets import EXAMPLES
from demos.server.calls import Json, answering, clean, place
from demos.shell.card import examples as example_rows
from demos.shell.filling import examples_view, on_choose, on_fill
from demos.shell.i18n import t
from demos.shell.models import load_model
from demos.shell.own_model import Shown, build_own_model
from demos.shell.views import Share, Stage
from demos.views.view import ModelState
from demos.xiangqi.card import LINK
from demos.xiangqi.thinking import levels, reply, seen, settings_of, stop
from demos.xiangqi.views import XiangqiInside, XiangqiView

NAME = "xiangqi"

_EXAMPLES = EXAMPLES / NAME
# Requests that may wait for the model, and those that look ahead many times; more are told that the server is busy
# instead of being kept waiting.
_WAITING, _SEARCHES = 24, 3
# Of one file: more games, or more plies in all, would keep others waiting.
_MAX_GAMES, _MAX_FILE_PLIES = 100, 20_000
_MAX_TAG = 200

_model = threading.BoundedSemaphore(_WAITING)
_searches = threading.BoundedSemaphore(_SEARCHES)


def _models() -> list[str]:
    """The bundled models that are there, the default first."""
    return [name for name in catalog.bundled(NAME) if (catalog.MODELS / name / "model.safetensors").is_file()]


def _pipeline(request: Json) -> Any:
    name = request.get("model")
    names = _models()
    if name is None or not names:
        return core.load(NAME)
    if not isinstance(name, str) or name not in names:
        raise InputError("没有这个模型", "there is no such model")
    return core.load(NAME) if name == names[0] else core.load(NAME, name)


def _game(request: Json) -> Game:
    """The game that was sent. Raises InputError where it breaks the rules."""
    return read_game(request.get("moves", []), request.get("start"))


@answering
def replay(request: Json) -> Json:
    """The game that was sent, if it is one, ready to be drawn."""
    return {"game": describe(_game(request))}


@answering
def think(request: Json) -> Json:
    """The model's move in the game that was sent, what else it considered, and the game after it."""
    game, settings = _game(request), settings_of(request)
    if len(game.moves) >= MAX_PLIES:
        raise InputError(f"一局最多 {MAX_PLIES} 着，到此为止", f"a game ends after {MAX_PLIES} plies at the latest")
    # Those who think wait for their turn.
    with nullcontext() if settings.thinks else place(_model):
        return reply(_pipeline(request), game, settings, request.get("ticket"))


@answering
def watch(request: Json) -> Json:
    """What is thought so far of the move that was asked for with that ticket."""
    return {"seen": seen(request.get("ticket"))}


@answering
def halt(request: Json) -> Json:
    """Have it move at once."""
    return {"stopped": stop(request.get("ticket"))}


@answering
def review(request: Json) -> Json:
    """The model's opinion of every move of the game, and how far each side agreed with it."""
    game = _game(request)
    if not game.moves:
        raise InputError("还没有走棋，没有可分析的着法", "no move has been played yet")
    with place(_model):
        opinions = _pipeline(request).review_game(game)
    # The first moves of a very long game are beyond what the model reads.
    skipped = len(game.moves) - len(opinions)
    first = SIDES[(game.start.side + skipped) % 2]
    return {"opinions": [None] * skipped + [asdict(o) for o in opinions], "agreement": agreement(opinions, first)}


@answering
def moments(request: Json) -> Json:
    """Moments of one side's at which it had a better move, each with the legal moves there."""
    game = _game(request)
    side = SIDES.index(str(request.get("side"))) if request.get("side") in SIDES else RED
    with place(_searches):
        found = _pipeline(request).moments_of_game(game, side)
    return {"moments": [asdict(m) | {"legal": describe(Game(game.start, game.moves[: m.ply]))["legal"]} for m in found]}


@answering
def judge(request: Json) -> Json:
    """What may be expected of the point after a move tried at a moment, in percent for the side that made it."""
    game = _game(request)
    if not game.moves:
        raise InputError("还没有走棋", "no move has been played yet")
    before = Game(game.start, game.moves[:-1])
    with place(_searches):
        score = _pipeline(request).score_after(before, game.moves[-1])
    return {"score": score, "chinese": to_chinese(before.board, game.moves[-1])}


@answering
def opening(request: Json) -> Json:
    """What the opening is called, and how people went on from the position that was sent."""
    return {"opening": asdict(openings.opening(_game(request)))}


@answering
def why(request: Json) -> Json:
    """Why the piece on a square cannot be taken up, or cannot go to another, in both languages."""
    board = _game(request).board
    try:
        start, target = (
            from_iccs(f"{request['from']}{at}") for at in (request["from"], request.get("to") or request["from"])
        )
    except (KeyError, ValueError) as error:
        raise InputError("没有这一格", "there is no such square") from error
    zh, en = why_illegal(board, target) if request.get("to") else why_stuck(board, start // SQUARES)
    return {"reason": {"zh": zh, "en": en}}


@answering
def inside(request: Json) -> Json:
    """The game as the model reads it: tokens, probabilities before masking, attention."""
    game = _game(request)
    with place(_model):
        return {"inside": _pipeline(request).explain_game(game).to_dict()}


@answering
def open_game(request: Json) -> Json:
    """The games in text, in a file's bytes (base64) or in a shipped example; a FEN is a game without a move."""
    if "example" in request:
        games = _whole_games()
        chosen = int(number(request, "example", 0, len(games) - 1))
        return _games((_EXAMPLES / games[chosen]["file"]).read_text(encoding="utf-8"))
    if "data" in request:
        return _games(_file(request["data"]))
    text = request.get("text", "")
    if not isinstance(text, str) or len(text) > MAX_BYTES:
        raise InputError("文字超过 1 MB", "the text is longer than 1 MB")
    if not text.strip():
        raise InputError("请粘贴 FEN 或 PGN，或者选择文件", "paste a FEN or PGN, or choose a file")
    return _games(clean(text))


def _file(data: Any) -> str:
    if not isinstance(data, str) or len(data) > 4 * MAX_BYTES // 3 + 4:
        raise InputError("文件超过 1 MB", "the file is larger than 1 MB")
    try:
        content = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError("文件未完整上传", "the file did not arrive whole") from error
    if not content.strip():
        raise InputError("文件是空的", "the file is empty")
    return decode(content)


def _games(text: str) -> Json:
    found = read_paste(text, _MAX_GAMES, _MAX_FILE_PLIES)
    if len(found.games) == 1 and isinstance(found.games[0], InputError):
        raise found.games[0]
    return {"games": [_entry(number, game) for number, game in enumerate(found.games, 1)], "left_out": found.left_out}


def _entry(number: int, record: GameRecord | InputError) -> Json:
    """A game of a file for the page to choose from, or why it cannot be read."""
    if isinstance(record, InputError):
        return {"number": number, **record.to_dict()}
    game = {} if record.moves else describe(Game(record.start))
    return game | {
        "number": number,
        "tags": {str(k)[:_MAX_TAG]: str(v)[:_MAX_TAG] for k, v in record.tags.items()},
        "result": record.result,
        "start": write_fen(record.start),
        "moves": [to_iccs(move) for move in record.moves],
        "notes": [{"zh": zh, "en": en} for zh, en in record.notes],
    }


@answering
def save_game(request: Json) -> Json:
    """The game as PGN, in the notation asked for, and its last position as FEN."""
    game = _game(request)
    tags = request.get("tags", {})
    if not isinstance(tags, dict) or len(tags) > 40 or not all(isinstance(v, str) for v in tags.values()):
        raise InputError("标签应为文字", "the tags must be texts")
    notation = request.get("notation", "chinese")
    if notation not in ["chinese", "iccs", "wxf"]:
        raise InputError("没有这种记谱法", "there is no such notation")
    result = request.get("result", game.status().result)
    if result not in ("1-0", "0-1", "1/2-1/2", "*"):
        raise InputError("没有这种结果", "there is no such result")
    kept = {clean(str(k))[:_MAX_TAG]: clean(v)[:_MAX_TAG] for k, v in tags.items()}
    record = GameRecord(tags=kept, start=game.start, moves=game.moves, result=result)
    return {"pgn": write_pgn(record, notation=notation), "fen": write_fen(game.board)}


def _whole_games() -> list[dict[str, Any]]:
    return example_rows(NAME, "games.json")


# The game that the page shows stands in the window (see views/page.js).
_ON_THE_BOARD = "(name) => [name, JSON.stringify(window.modouXiangqi ?? {})]"


def _sent_game(text: str) -> tuple[Game]:
    try:
        sent = json.loads(text)
    except ValueError as error:
        raise InputError("没有收到棋局", "no game was sent") from error
    return (_game(sent if isinstance(sent, dict) else {}),)


def _candidates(task: str, pipeline: Any, game: Game) -> Shown:
    """One model's candidate moves, to stand beside another's."""
    head = ({"zh": "着法", "en": "Move"}, {"zh": "ICCS", "en": "ICCS"}, {"zh": "概率", "en": "Probability"})
    found = pipeline.play(game).candidates
    return Shown(head, [(c.chinese, c.move, f"{100 * c.probability:.1f}%") for c in found])


def _facts(name: str) -> Json:
    """Size and measured figures of a bundled model; nothing where it cannot be read, as the tab will say."""
    try:
        found = catalog.find(NAME, name)
        return {"parameters": found.parameters, "megabytes": found.size / 1e6, **found.figures}
    except InputError:
        return {}


def build_tab(app: gr.Blocks, stage: Stage) -> None:
    """Lay out the tab and wire it; called inside its `gr.Tab`."""
    offered = {
        "models": _models(),
        "levels": levels(),
        "facts": {name: _facts(name) for name in _models()},
        "examples": [game["label"] for game in _whole_games()],
        "game": describe(read_game()),
    }
    view = XiangqiView(
        offered,
        elem_id="xiangqi-game",
        server_functions=[replay, think, watch, halt, review, open_game, save_game, moments, judge, opening, why],
    )
    examples = examples_view(LINK.examples(), "xiangqi-examples")

    def fill(game: Json) -> tuple[Json]:
        return ({**offered, "asked": {**game, "at": time.time()}},)

    on_fill(stage, NAME, fill, [view])
    on_choose(examples, NAME, LINK.examples(), fill, [view])
    state = ModelState({"state": "loading"}, elem_id="xiangqi-state")
    Share({"tab": NAME}, elem_id="xiangqi-share", elem_classes="share")
    build_own_model(NAME, (NAME,), _candidates, [], prepare=_sent_game, js=_ON_THE_BOARD)
    with gr.Accordion(t("xiangqi_how"), open=False, elem_id="xiangqi-how"):
        XiangqiInside({}, elem_id="xiangqi-inside", server_functions=[inside])
    app.load(lambda: load_model(NAME), outputs=[state], api_visibility="private", show_progress="hidden")
