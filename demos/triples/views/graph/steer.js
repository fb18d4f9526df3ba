// Mouse, touch and keyboard on the graph. A finger that moves up or down scrolls the page; two fingers zoom.

import { DIRECTIONS, neighbourToward } from "modou/triples/views/graph/build.js";

const CLICK = 4;
const SCROLLING = 350;

export const steerGraph = ({ drawing, layout, on, zoom, fit, move, wake, roving, view, graph }) => {
  const pointers = new Map();
  let drag = null;
  let spread = 0;
  let scrolledAt = 0;

  const partAt = (event) => {
    const g = event.target.closest?.(".node, .edge");
    return g && { node: g.graphNode, edge: g.graphEdge };
  };
  const selectionOf = ({ node, edge }) => (node ? { triples: node.triples, entity: node.text } : { triples: edge.triples });
  const here = (event) => {
    const frame = drawing.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  };
  const distance = () => {
    const [a, b] = [...pointers.values()];
    return Math.hypot(a.x - b.x, a.y - b.y);
  };

  drawing.addEventListener("pointerover", (event) => {
    if (drag) return;
    const part = partAt(event);
    on.light(part ? selectionOf(part) : null);
  });
  drawing.addEventListener("pointerleave", () => { if (!drag) on.light(null); });

  drawing.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    pointers.set(event.pointerId, here(event));
    if (pointers.size === 2) {
      release();
      spread = distance();
      return;
    }
    const part = partAt(event);
    drag = { part, from: here(event), last: here(event), moved: false };
    if (part?.node) part.node.held = true;
    drawing.setPointerCapture(event.pointerId);
  });
  drawing.addEventListener("pointermove", (event) => {
    if (!pointers.has(event.pointerId)) return;
    const now = here(event);
    const before = pointers.get(event.pointerId);
    pointers.set(event.pointerId, now);
    if (pointers.size === 2) {
      const [a, b] = [...pointers.values()];
      const wide = distance();
      move((now.x - before.x) / 2, (now.y - before.y) / 2);
      zoom(wide / (spread || wide), (a.x + b.x) / 2, (a.y + b.y) / 2);
      spread = wide;
      return;
    }
    if (!drag) return;
    drag.moved ||= Math.hypot(now.x - drag.from.x, now.y - drag.from.y) > CLICK;
    if (!drag.moved) return;
    const [dx, dy] = [now.x - drag.last.x, now.y - drag.last.y];
    drag.last = now;
    if (drag.part?.node) {
      move(0, 0);
      drag.part.node.x += dx / view().k;
      drag.part.node.y += dy / view().k;
      layout.warm(0.12);
      wake();
    } else {
      move(dx, dy);
    }
  });
  const release = () => {
    if (drag?.part?.node) drag.part.node.held = false;
    const ended = drag;
    drag = null;
    return ended;
  };
  drawing.addEventListener("pointerup", (event) => {
    pointers.delete(event.pointerId);
    const ended = release();
    if (ended && !ended.moved) on.pin(ended.part);
  });
  drawing.addEventListener("pointercancel", (event) => {
    pointers.delete(event.pointerId);
    release();
  });

  // The wheel zooms, but a page that is being scrolled past the graph goes on scrolling.
  addEventListener("wheel", (event) => {
    if (!drawing.contains(event.target)) scrolledAt = event.timeStamp;
  }, { passive: true, capture: true });
  drawing.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && event.timeStamp - scrolledAt < SCROLLING) {
      scrolledAt = event.timeStamp;
      return;
    }
    event.preventDefault();
    const { x, y } = here(event);
    const step = event.deltaMode ? 0.05 : 0.0016;
    zoom(Math.exp(-Math.max(-120, Math.min(120, event.deltaY)) * (event.ctrlKey ? 4 : 1) * step), x, y);
  }, { passive: false });

  drawing.addEventListener("focusin", (event) => {
    const part = partAt(event);
    if (!part || !event.target.matches(":focus-visible")) return;
    roving(part.node);
    on.light(selectionOf(part));
  });
  drawing.addEventListener("focusout", () => on.light(null));
  drawing.addEventListener("keydown", (event) => {
    const node = event.target.graphNode;
    const act = {
      "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), 0: fit,
      Escape: () => on.pin(null), Enter: () => on.pin({ node }), " ": () => on.pin({ node }),
    }[event.key];
    if (act) {
      act();
    } else if (DIRECTIONS[event.key] && node) {
      const next = neighbourToward(node, graph().edges, event.key);
      if (next) {
        roving(next);
        next.element.focus({ preventScroll: true });
      }
    } else {
      return;
    }
    event.preventDefault();
  });
};
