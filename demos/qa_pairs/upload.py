"""Text files of the QA pairs tab: read in any encoding, and cut into parts that the model takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from core.errors import InputError
from core.markdown import MARKDOWN, strip_markdown
from core.qa_pairs import MAX_CHARS
from core.text import check_text, decode, split_parts
from demos.server.uploads import still_used

# Of a file: more would make a list of parts that nobody can choose from.
_MOST_CHARS = 1_000_000
_MOST_BYTES = 4 * _MOST_CHARS
_LABEL_CHARS = 18


def read_parts(path: str | None) -> list[str]:
    """The parts of an uploaded file.

    Raises:
        InputError: it is gone, too large, or no text.
    """
    if path is None:
        raise InputError("请先上传文件", "upload a file first")
    file = Path(path)
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise _too_long()
        text = decode(file.read_bytes()).replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        raise InputError(
            "文件已不在服务器上，请重新上传", "the file is gone from the server; upload it again"
        ) from error
    if len(text) > _MOST_CHARS:
        raise _too_long()
    if not text.strip():
        raise InputError("文件是空的", "the file is empty")
    text = check_text(text, _MOST_CHARS)
    if file.suffix.lower() in MARKDOWN:
        text = strip_markdown(text)
    return split_parts(text, MAX_CHARS)


def _too_long() -> InputError:
    return InputError(
        f"文件太长，上限 {_MOST_CHARS:,} 个字符", f"the file is too long; the limit is {_MOST_CHARS:,} characters"
    )


def look(path: str | None, before: str | None = None) -> tuple[Any, Any, Any, Any]:
    """The first part of an uploaded file as the passage, its parts to choose from, what to say of it, and the file to
    be kept; where it is no use, all of the one `before` stays."""
    try:
        parts = read_parts(path)
    except InputError as error:
        return gr.skip(), gr.skip(), still_used(error, before).to_dict(), gr.skip()
    count = sum(map(len, parts))
    several = len(parts) > 1
    note = {
        "zh": f"已读入 {count:,} 字" + (f"，分成 {len(parts)} 部分，请选一部分" if several else ""),
        "en": f"{count:,} characters" + (f" in {len(parts)} parts; choose one" if several else ""),
    }
    choices = [(f"{i}/{len(parts)} {_label(part)}", i - 1) for i, part in enumerate(parts, 1)]
    return parts[0], gr.Dropdown(choices=choices, value=0, visible=several), note, path


def _label(part: str) -> str:
    start = " ".join(part[: 4 * _LABEL_CHARS].split())
    return start[:_LABEL_CHARS] + "…" if len(start) > _LABEL_CHARS else start


def choose(path: str | None, part: int | None) -> tuple[Any, Any]:
    """The part that was chosen as the passage, and nothing to say but why it cannot be had."""
    try:
        parts = read_parts(path)
        if part is None or not 0 <= part < len(parts):
            raise InputError("没有这一部分", "there is no such part")
    except InputError as error:
        return gr.skip(), error.to_dict()
    return parts[part], gr.skip()
