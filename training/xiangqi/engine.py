"""fairy-stockfish (Debian package of that name) as a xiangqi player, spoken to over UCI."""

from __future__ import annotations

import re
import shutil
import subprocess

_MATE = 10_000


class Engine:
    """A running engine; a context manager that ends it.

    Moves are ICCS (ranks 0-9) on our side; the engine counts ranks from 1.
    """

    def __init__(self, skill: int = 20, hash_mb: int = 16) -> None:
        path = shutil.which("fairy-stockfish") or "/usr/games/fairy-stockfish"
        self._process = subprocess.Popen(
            [path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._say("uci")
        self._read("uciok")
        options = {"UCI_Variant": "xiangqi", "Threads": 1, "Hash": hash_mb, "Skill Level": skill}
        for name, value in options.items():
            self._say(f"setoption name {name} value {value}")
        self.new_game()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def new_game(self) -> None:
        """Forget the game before."""
        self._say("ucinewgame")
        self._say("isready")
        self._read("readyok")

    def move(self, moves: list[str], limit: str) -> tuple[str | None, int]:
        """Its move after `moves` from the start position, and its score in centipawns for the side to move.

        `limit` is what follows UCI's go: "depth 3", "nodes 1000". The move is None where there is no legal one.
        """
        self._say("position startpos moves " + " ".join(_engine_ranks(m) for m in moves))
        self._say(f"go {limit}")
        info, last = "", ""
        while not last.startswith("bestmove"):
            if " score " in last:
                info = last
            last = self._line()
        found = re.search(r"score (cp|mate) (-?\d+)", info)
        score = 0
        if found:
            value = int(found[2])
            score = value if found[1] == "cp" else (_MATE - value if value > 0 else -_MATE - value)
        best = last.split()[1]
        return (None if best == "(none)" else _our_ranks(best)), score

    def _say(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _line(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("fairy-stockfish has ended")
        return line

    def _read(self, word: str) -> None:
        while not self._line().startswith(word):
            pass


def _engine_ranks(move: str) -> str:
    return f"{move[0]}{int(move[1]) + 1}{move[2]}{int(move[3]) + 1}"


def _our_ranks(move: str) -> str:
    return re.sub(r"\d+", lambda rank: str(int(rank.group()) - 1), move)
