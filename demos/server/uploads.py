"""Uploads that break off leave nothing behind, and those that are no use do not push out the one before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gradio import route_utils, routes
from starlette.datastructures import FormData

from core.errors import InputError


class WholeUpload(route_utils.GradioMultiPartParser):
    """Gradio's parser, which keeps the file it was writing when the connection is cut or the form has no end."""

    async def parse(self) -> FormData:
        whole: list[Any] = []
        try:
            form = await super().parse()
            whole = [value.file for _, value in form.multi_items() if not isinstance(value, str)]
            return form
        finally:
            for file in self._files_to_close_on_error:
                if not any(file is kept for kept in whole):
                    file.close()
                    Path(file.name).unlink(missing_ok=True)


def install() -> None:
    """Have Gradio parse uploads so. It offers no way to say which parser to use."""
    for module in (route_utils, routes):
        module.GradioMultiPartParser = WholeUpload  # type: ignore[attr-defined]


def still_used(error: InputError, before: object) -> InputError:
    """Why a file cannot be used, with word of the one `before` where there is one."""
    if not before:
        return error
    return InputError(f"{error.zh}；仍用之前的文件", f"{error.en}; the file before it is still used")
