"""fairy-stockfish (Debian package of that name) as a xiangqi player, spoken to over UCI."""

from __future__ import annotations

import re
import shutil
import subprocess

_MATE = 10_000
_INFO = re.compile(r"(?:multipv (\d+) )?score (cp|mate) (-?\d+).* pv (\S+)")


class Engine:
    """A running engine; a context manager that ends it.

    Moves are ICCS (ranks 0-9) on our side; the engine counts ranks from 1.
    """

    def __init__(self, skill: int = 20, hash_mb: int = 16, lines: int = 1) -> None:
        path = shutil.which("fairy-stockfish") or "/usr/games/fairy-stockfish"
        self._process = subprocess.Popen(
            [path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._say("uci")
        self._read("uciok")
        options = {"UCI_Variant": "xiangqi", "Threads": 1, "Hash": hash_mb, "Skill Level": skill, "MultiPV": lines}
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
        best, choices = self._search(moves, limit)
        return best, choices[0][1] if choices else 0

    def choices(self, moves: list[str], limit: str) -> list[tuple[str, int]]:
        """Its best moves after `moves`, as many as it was started with `lines`, each with its score; [] at the end."""
        return self._search(moves, limit)[1]

    def _search(self, moves: list[str], limit: str) -> tuple[str | None, list[tuple[str, int]]]:
        """Its move, and the moves that it looked at last with their scores, the best first."""
        self._say("position startpos moves " + " ".join(_engine_ranks(m) for m in moves))
        self._say(f"go {limit}")
        found: dict[int, tuple[str, int]] = {}
        while not (line := self._line()).startswith("bestmove"):
            told = _INFO.search(line)
            if told:
                rank, unit, value, move = int(told[1] or 1), told[2], int(told[3]), told[4]
                score = value if unit == "cp" else (_MATE - value if value > 0 else -_MATE - value)
                if rank == 1:
                    found.clear()  # a deeper look; what it does not reach again is out of date
                found[rank] = (_our_ranks(move), score)
        best = line.split()[1]
        return (None if best == "(none)" else _our_ranks(best)), [found[rank] for rank in sorted(found)]

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
