// The passage with the answers marked in it; a piece of it can be selected with mouse, finger or keyboard. Places count
// characters (code points), as Python does.

import { focused, h, targetOf } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

/**
 * A piece of the passage that is marked. `found` is the answer to a question about the passage.
 *
 * @typedef {object} Span
 * @property {number} start
 * @property {number} end
 * @property {string} key
 * @property {number | null} number
 * @property {string} kind
 */
/** @typedef {{start: number, end: number, text: string, covering: Span[]}} Piece */
/**
 * @typedef {object} Panel
 * @property {HTMLElement} node
 * @property {[number, number] | null} chosen what is selected
 * @property {boolean} held
 * @property {Span[] | null} waiting to be drawn once the text is let go
 * @property {(spans: Span[]) => void} draw
 * @property {() => void} released
 * @property {(keys: string[] | null) => void} light
 * @property {() => void} selected
 * @property {() => void} clear
 */
/**
 * @typedef {object} PassageActs
 * @property {(keys: string[] | null) => void} light
 * @property {(span: [number, number] | null) => void} choose
 * @property {(span: [number, number]) => unknown} ask
 * @property {(key: string) => void} open
 */

// No page of ours is without one, as an iframe that is hidden may be.
const selectionNow = () => /** @type {Selection} */ (getSelection());

// The passage in pieces, each with the spans that cover it: {start, end, key, number, kind}.
/**
 * @param {string[]} characters
 * @param {Span[]} spans
 */
const inPieces = (characters, spans) => {
  const edges = new Set([0, characters.length]);
  spans.forEach((span) => edges.add(span.start).add(span.end));
  const cuts = [...edges].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((start, i) => {
    const end = cuts[i + 1];
    return { start, end, text: characters.slice(start, end).join(""), covering: spans.filter((s) => s.start <= start && s.end >= end) };
  });
};

// A sentence ends after these marks and the quotes behind them, or at a line break.
/**
 * @param {string[]} characters
 * @param {[number, number]} given
 */
const sentenceAround = (characters, [start, end]) => {
  /** @param {number} i */
  const ends = (i) => "。！？!?\n".includes(characters[i]);
  let from = start;
  while (from > 0 && !ends(from - 1)) from -= 1;
  while (from < start && "”’」』）)".includes(characters[from])) from += 1;
  let to = Math.max(end, from + 1);
  while (to < characters.length && !ends(to - 1)) to += 1;
  while (to < characters.length && "”’」』）)".includes(characters[to])) to += 1;
  return [from, to];
};

// `act`: light(keys or null), choose(span or null), ask(span), open(key).
/**
 * @param {string[]} characters
 * @param {PassageActs} act
 */
export const passagePanel = (characters, act) => {
  const text = h("p", {
    class: "text", lang: "zh", tabindex: "0", role: "group", "aria-describedby": "qa_pairs-picking",
    "aria-label": say("文章。用方向键移动，按住 Shift 选一段，按回车为它提问", "Passage. Arrow keys move, Shift selects, Enter asks for what is selected"),
  });
  /** @type {Panel} */
  const panel = { node: text, chosen: null, held: false, waiting: null, draw: () => {}, released: () => {}, light: () => {}, selected: () => {}, clear: () => {} };

  /** @param {HTMLElement} mark */
  const keysOf = (mark) => (mark.dataset.keys || "").split(" ");
  /** @param {Piece} piece */
  const markOf = (piece) => {
    // The word joiner keeps the numbers on the line of what they stand behind.
    const numbered = piece.covering.filter((s) => s.end === piece.end && s.number).map((s) => s.number);
    const begins = piece.covering.some((s) => s.start === piece.start);
    // Of answers within answers the inner one is the smaller.
    const inner = piece.covering.filter((s) => s.kind !== "found")
      .reduce((/** @type {Span | null} */ a, b) => (a && a.end - a.start <= b.end - b.start ? a : b), null);
    const isFound = piece.covering.some((s) => s.kind === "found");
    const mark = h("mark", {
      class: [inner?.kind, isFound ? "found" : ""].join(" ").trim(), "data-keys": piece.covering.map((s) => s.key).join(" "), "data-numbers": numbered.length ? `\u2060${numbered.join(" ")}` : null,
      tabindex: begins ? "0" : null,
    }, piece.text);
    mark.addEventListener("mouseenter", () => act.light(keysOf(mark)));
    mark.addEventListener("mouseleave", () => act.light(null));
    mark.addEventListener("focus", () => act.light(keysOf(mark)));
    mark.addEventListener("blur", () => act.light(null));
    mark.addEventListener("click", () => { if (selectionNow().isCollapsed) act.open(keysOf(mark)[0]); });
    return mark;
  };

  // Where a place of the document lies in the passage, and the other way round.
  /**
   * @param {Node} node
   * @param {number} offset
   */
  const placeOf = (node, offset) => {
    const range = document.createRange();
    range.setStart(text, 0);
    range.setEnd(node, offset);
    return [...range.toString()].length;
  };
  /**
   * @param {number} place
   * @returns {[Node, number]}
   */
  const nodeAt = (place) => {
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    let left = place;
    let node = /** @type {Text | null} */ (walker.nextNode());
    while (node) {
      const inside = [...node.data];
      if (left <= inside.length) return [node, inside.slice(0, left).join("").length];
      left -= inside.length;
      node = /** @type {Text | null} */ (walker.nextNode());
    }
    return [text, text.childNodes.length];
  };
  /** @param {number[]} given */
  const select = ([start, end]) => {
    const selection = selectionNow();
    selection.setBaseAndExtent(...nodeAt(start), ...nodeAt(end));
    const box = selection.getRangeAt(0).getBoundingClientRect();
    const frame = text.getBoundingClientRect();
    if (box.top < frame.top) text.scrollTop -= frame.top - box.top + 12;
    if (box.bottom > frame.bottom) text.scrollTop += box.bottom - frame.bottom + 12;
  };
  const isSelected = () => text.contains(selectionNow().anchorNode) && !selectionNow().isCollapsed;

  /** @param {Span[]} spans */
  const put = (spans) => {
    const selected = isSelected();
    const mark = focused();
    const keys = mark?.matches("mark") && text.contains(mark) ? mark.dataset.keys : null;
    text.replaceChildren(...inPieces(characters, spans).map((piece) => (piece.covering.length ? markOf(piece) : piece.text)));
    if (selected && panel.chosen) select(panel.chosen);
    if (keys) [...text.querySelectorAll("mark[tabindex]")].find((mark) => mark.dataset.keys === keys)?.focus();
  };
  // New pairs must not pull the text away from under somebody who is selecting a piece of it.
  panel.draw = (spans) => {
    if (panel.held) panel.waiting = spans;
    else put(spans);
  };
  panel.released = () => {
    panel.held = false;
    if (panel.waiting) put(panel.waiting);
    panel.waiting = null;
  };
  text.addEventListener("pointerdown", () => { panel.held = true; });

  panel.light = (keys) => {
    const on = new Set(keys || []);
    text.classList.toggle("choosing", on.size > 0);
    text.querySelectorAll("mark").forEach((mark) => mark.classList.toggle("lit", keysOf(mark).some((key) => on.has(key))));
  };

  // What is selected now; a selection elsewhere on the page leaves the one in the passage as it was.
  panel.selected = () => {
    const selection = selectionNow();
    if (!selection.rangeCount || !text.contains(selection.anchorNode)) return;
    const range = selection.getRangeAt(0);
    let start = text.contains(range.startContainer) ? placeOf(range.startContainer, range.startOffset) : 0;
    let end = text.contains(range.endContainer) ? placeOf(range.endContainer, range.endOffset) : characters.length;
    while (start < end && !characters[start].trim()) start += 1;
    while (end > start && !characters[end - 1].trim()) end -= 1;
    panel.chosen = start < end ? [start, end] : null;
    act.choose(panel.chosen);
  };
  panel.clear = () => {
    panel.chosen = null;
    if (isSelected()) selectionNow().removeAllRanges();
    act.choose(null);
  };

  // The keyboard's selection: the character it started at and the one it is at, both of them in it.
  let from = -1;
  let at = -1;
  /** @type {Record<string, () => number>} */
  const moved = {
    ArrowLeft: () => at - 1,
    ArrowRight: () => at + 1,
    ArrowUp: () => sentenceAround(characters, [Math.max(0, at - 1), Math.max(0, at - 1)])[0],
    ArrowDown: () => sentenceAround(characters, [Math.max(0, at), Math.max(0, at) + 1])[1],
    Home: () => 0,
    End: () => characters.length - 1,
  };
  text.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") {
      const mark = targetOf(event).closest("mark");
      if (panel.chosen && isSelected()) act.ask(panel.chosen);
      else if (mark) act.open(keysOf(mark)[0]);
      return;
    }
    if (event.key === "Escape") {
      panel.clear();
      from = -1;
      at = -1;
      return;
    }
    if (!moved[event.key]) return;
    event.preventDefault();
    if (!isSelected()) {
      const mark = targetOf(event).closest("mark");
      from = at = mark ? placeOf(mark, 0) - 1 : -1;
    } else if (panel.chosen && (Math.min(from, at) !== panel.chosen[0] || Math.max(from, at) !== panel.chosen[1] - 1)) {
      [from, at] = [panel.chosen[0], panel.chosen[1] - 1];
    }
    at = Math.min(characters.length - 1, Math.max(0, moved[event.key]()));
    if (!event.shiftKey || from < 0) from = at;
    select([Math.min(from, at), Math.max(from, at) + 1]);
    // The browser tells of it later, after the next key perhaps.
    panel.selected();
  });
  return panel;
};
