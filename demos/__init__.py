"""The user interface: one module per tab, each a thin adapter between `core` and the page."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from demos import i18n, qa_pairs, similarity, text2sql, theme, triples, xiangqi
from demos.components import Header
from demos.page import App, BodyLimit, EarlyScript, Guard
from demos.space import declare_gpu_use

# In the order of the tabs; a module is listed once its tab works.
TABS: tuple[ModuleType, ...] = (triples, qa_pairs, xiangqi, similarity, text2sql)

_ASSETS = Path(__file__).resolve().parent.parent / "assets"


def _selected(request: gr.Request) -> Any:
    """The tab that `?tab=` asks for."""
    wanted = dict(request.query_params or {}).get("tab")
    return gr.Tabs(selected=wanted) if wanted in {tab.NAME for tab in TABS} else gr.skip()


def build_app() -> gr.Blocks:
    """The whole page: header, and a tab per demo, deep-linked by `?tab=NAME`."""
    declare_gpu_use()
    with App(title="墨斗 Modou", analytics_enabled=False) as app:
        Header({}, elem_id="modou-header")
        with gr.Tabs(selected=TABS[0].NAME) as tabs:
            for tab in TABS:
                with gr.Tab(i18n.t(tab.LABEL), id=tab.NAME):
                    tab.build_tab(app)
        app.load(_selected, outputs=[tabs], api_visibility="private", show_progress="hidden", queue=False)
    # Models answer one batch at a time anyway; a bounded queue says "busy" instead of keeping people waiting.
    # Nobody gets past the queue by posting to a function directly.
    return app.queue(max_size=64, api_open=False)


def _has_desktop() -> bool:
    """Whether a browser could show up; without one, Python would start a text browser in the server's terminal."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def launch_options() -> dict[str, Any]:
    """Arguments for `launch`: the first free port from 7860, no sharing, no monitoring, our theme and labels."""
    return {
        "theme": theme.theme,
        "css": theme.CSS,
        "app_kwargs": {
            "middleware": [
                Middleware(Guard),
                Middleware(BodyLimit, megabytes=8),
                Middleware(EarlyScript, html=i18n.HEAD),
            ]
        },
        "i18n": i18n.translations,
        "favicon_path": _ASSETS / "favicon.svg",
        "footer_links": ["api", "settings"],
        "inbrowser": os.environ.get("MODOU_OPEN_BROWSER") == "1" and _has_desktop(),
        "run_history": False,
        "enable_monitoring": False,
        "ssr_mode": False,
        "max_file_size": "60mb",
        # Errors meant for people are raised as gr.Error or shown in place; anything else stays in the log.
        "show_error": False,
    }
