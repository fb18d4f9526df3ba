"""The user interface: one module per tab, each a thin adapter between `core` and the page."""

from __future__ import annotations

import importlib
import os
import sys
from types import ModuleType
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from core import tasks
from demos.assets import ASSETS
from demos.server import modules, tools, uploads
from demos.server.app import App, BodyLimit, EarlyScript
from demos.server.endpoints import add_endpoints
from demos.server.guard import Guard
from demos.server.monitoring import Operations
from demos.shell import home, i18n, stage, theme
from demos.shell.views import Examples, Header, Home, Share, Stage
from demos.views.view import ModelState

# A tab for each folder of tasks, in the same order.
TABS: tuple[ModuleType, ...] = tuple(importlib.import_module(f"demos.{name}.tab") for name in tasks.NAMES)

# What is seen first is fetched with the page.
_VIEWS = (Header, Home, Stage, Examples, ModelState, Share)
_FIRST = ("modou/views/view.js", *(f"modou/{view.script}" for view in _VIEWS))


def _selected(request: gr.Request) -> Any:
    """The tab that `?tab=` asks for."""
    wanted = dict(request.query_params or {}).get("tab")
    return gr.Tabs(selected=wanted) if wanted in {tab.NAME for tab in TABS} else gr.skip()


def _opened(event: gr.EventData) -> Any:
    """The tab that a link, a presentation or a step back wants."""
    wanted = event._data.get("tab") if isinstance(event._data, dict) else None
    return gr.Tabs(selected=wanted) if wanted in {home.NAME, *(tab.NAME for tab in TABS)} else gr.skip()


def build_app() -> gr.Blocks:
    """The whole page: header, a first view, and a tab per demo, deep-linked by `?tab=NAME`."""
    uploads.install()
    tools.install()
    app = App(title="墨斗 Modou", analytics_enabled=False)
    with app:
        Header({}, elem_id="modou-header")
        speaker = stage.build_stage()
        with gr.Tabs(selected=home.NAME, overflow_behavior="wrap", elem_id="modou-tabs") as tabs:
            with gr.Tab(i18n.t("home_tab"), id=home.NAME, elem_id="tab-home"):
                cards = home.build_home()
            for tab in TABS:
                with gr.Tab(i18n.t(f"{tab.NAME}_tab"), id=tab.NAME, elem_id=f"tab-{tab.NAME}"):
                    tab.build_tab(app, speaker)
        add_endpoints()
        quick: dict[str, Any] = {"outputs": [tabs], "api_visibility": "private", "show_progress": "hidden"}
        app.load(_selected, queue=False, **quick)
        speaker.render()
        for view in (cards, speaker):
            view.open(_opened, queue=False, **quick)
    app.document()
    # Bounded by `demos.waiting`, for each kind of work. Nobody gets past it by posting to a function directly.
    app.queue(api_open=False)
    return app


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
                Middleware(Operations),
                Middleware(Guard),
                Middleware(BodyLimit, megabytes=8),
                Middleware(modules.Modules),
                Middleware(EarlyScript, html=i18n.HEAD + stage.HEAD + modules.head(first=_FIRST, early=stage.EARLY)),
            ]
        },
        "i18n": i18n.translations,
        "favicon_path": ASSETS / "favicon.svg",
        "footer_links": ["api", "settings"],
        "inbrowser": os.environ.get("MODOU_OPEN_BROWSER") == "1" and _has_desktop(),
        "run_history": False,
        "enable_monitoring": False,
        "ssr_mode": False,
        "mcp_server": True,
        "max_file_size": "60mb",
        # Errors meant for people are raised as gr.Error or shown in place; anything else stays in the log.
        "show_error": False,
    }
