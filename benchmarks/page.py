"""Checks of the page that need no eye: contrast, names of controls, focus, what axe finds, layout shift, weight, time
to the first view.

    python app.py &
    python benchmarks/page.py http://127.0.0.1:7860

Each tab is opened by a link that fills it in, in a browser of its own, in light and in dark. Wants chromium.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
from pathlib import Path
from typing import Any

# Step of the tour that fills in each tab; "home" is the first view.
VIEWS = {"home": "", "triples": "1", "qa_pairs": "3", "xiangqi": "4", "similarity": "5", "text2sql": "7"}
AUDIT = (Path(__file__).parent / "page_audit.js").read_text(encoding="utf-8")
# The axe checker, a development dependency of package.json.
AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
_SERIOUS = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(" ")}`))"""
# Counts what moves without anybody having asked for it.
WATCH = """
window.modouShift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.modouShift += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""
_WEIGHT = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .reduce((sum, entry) => sum + entry.transferSize, 0)"""
_FOCUS = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const box = node.getBoundingClientRect(), style = getComputedStyle(node);
  // Some controls are lit by what is around them.
  const lit = [node, node.parentElement, node.nextElementSibling].filter(Boolean).some((one) => {
    const s = getComputedStyle(one), after = getComputedStyle(one, "::after");
    return (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none"
      || (after.outlineStyle !== "none" && parseFloat(after.outlineWidth) > 0);
  }) || node.matches("svg *") || node.closest("svg") !== null;
  return {name: (node.id || node.getAttribute("aria-label") || node.textContent || node.tagName).trim().slice(0, 30),
    top: box.top + scrollY, bottom: box.bottom + scrollY, left: box.left, right: box.right, lit,
    ring: style.outlineStyle + " " + style.boxShadow};
}"""


def focus_order(page: Any, presses: int) -> tuple[list[str], list[str], int]:
    """Where the Tab key goes from the top of the page: steps back, controls without a visible focus, controls met."""
    page.evaluate("() => { document.activeElement?.blur(); window.scrollTo(0, 0); }")
    back: list[str] = []
    dark: list[str] = []
    before: dict[str, Any] | None = None
    met = 0
    for _ in range(presses):
        page.keyboard.press("Tab")
        here = page.evaluate(_FOCUS)
        if here is None:
            break
        met += 1
        if not here["lit"]:
            dark.append(here["name"])
        # Up is right only where it is the top of a column further to the right.
        if before and here["bottom"] <= before["top"] and here["left"] < before["right"] - 1:
            back.append(f"{before['name']} > {here['name']}")
        before = here
    return back, dark, met


def audit(page: Any, dark: bool) -> dict[str, Any]:
    """Contrast and names of what is shown, in light or in dark."""
    page.evaluate("(dark) => document.body.classList.toggle('dark', dark)", dark)
    page.wait_for_timeout(400)  # colours change gradually
    found: dict[str, Any] = page.evaluate(AUDIT)
    return found


def serious(page: Any) -> list[str]:
    """What axe finds serious or critical in what is shown: rule and element. Wants `npm ci`."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(_SERIOUS)
    return found


def first_view(page: Any) -> float:
    """Milliseconds until the page showed something."""
    found: float = page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN")
    return found


def _check(browser: Any, address: str, view: str, step: str, presses: int) -> list[str]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(f"{address}/?deck=tour&step={step}" if step else f"{address}/")
    page.wait_for_timeout(6_000)
    found = [audit(page, dark) for dark in (False, True)]
    grave = serious(page) if AXE.exists() else []
    shift = page.evaluate("() => window.modouShift")
    times = [first_view(page)]
    weight = page.evaluate(_WEIGHT)
    back, unlit, met = focus_order(page, presses)
    for _ in range(4):
        page.goto(f"{address}/?tab={view}" if step else f"{address}/")
        page.wait_for_selector("#modou-tabs")
        times.append(first_view(page))
    context.close()
    for what in (*found[0]["contrast"], *(f"dark: {text}" for text in found[1]["contrast"])):
        print("  contrast", what)
    for what in grave:
        print("  axe", what)
    for label, names in (("no name", found[0]["nameless"]), ("focus goes back", back), ("focus not seen", unlit)):
        for name in names:
            print(f"  {label}", name)
    bad = [len(one["contrast"]) for one in found]
    return [
        view,
        f"{found[0]['texts']}",
        f"{bad[0]} / {bad[1]}",
        f"{found[0]['controls']}",
        f"{len(found[0]['nameless'])}",
        f"{met}: {len(back)} / {len(unlit)}",
        f"{len(grave)}" if AXE.exists() else "-",
        f"{shift:.3f}",
        f"{weight / 1024:.0f}",
        f"{statistics.median(times):.0f} ({max(times):.0f})",
    ]


def main() -> None:
    """Prints a table, a line for each view; what is wrong stands above it."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="where the app runs")
    parser.add_argument("--presses", type=int, default=60, help="how often Tab is pressed")
    options = parser.parse_args()
    header = ["view", "texts", "too faint light / dark", "controls", "no name", "focus met: back / unseen"]
    header += ["axe: serious", "layout shift", "KB on the wire", "first view ms (worst)"]
    rows = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for view, step in VIEWS.items():
            print(view)
            rows.append(_check(chromium, options.address.rstrip("/"), view, step, options.presses))
        chromium.close()
    print("| " + " | ".join(header) + " |\n|" + "---|" * len(header))
    for row in rows:
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
