// A text with the words of its events marked: triggers filled, arguments underlined, in the colour of their event.

import { hueOf } from "modou/triples/views/events/read.js";
import { h } from "modou/views/dom.js";

/** @import { Acts, Names } from "modou/triples/views/events/read.js" */
/** @import { triples } from "modou/views/types.js" */

/** @typedef {{start: number, end: number, label: string, trigger: boolean, event: number}} Part a trigger or an argument */

/**
 * @param {triples.Event} event
 * @param {number} number
 * @param {Names} names
 * @returns {Part[]}
 */
const partsOf = (event, number, names) => [
  ...(event.trigger ? [{ start: event.trigger_span[0], end: event.trigger_span[1], label: names.type(event.type), trigger: true, event: number }] : []),
  ...event.arguments.map((a) => ({ start: a.span[0], end: a.span[1], label: names.role(event.type, a.role), trigger: false, event: number }))];

/**
 * @param {string} piece
 * @param {Part[]} covering
 * @param {boolean} ends
 * @param {Acts} on
 */
const markOf = (piece, covering, ends, on) => {
  const shortest = Math.min(...covering.map((p) => p.end - p.start));
  const inner = covering.filter((p) => p.end - p.start === shortest);
  const events = new Set(covering.map((p) => p.event));
  const mark = h("mark", { class: inner.some((p) => p.trigger) ? "trigger" : "argument", style: hueOf(inner[0].event) });
  mark.events = events;
  const labels = [...new Set(inner.map((p) => p.label))].join(" / ");
  // A label stands behind the last piece of its part, on the same line as its last character.
  if (ends) mark.append([...piece].slice(0, -1).join(""), h("span", { class: "tail" }, [...piece].at(-1), h("small", {}, labels)));
  else mark.append(piece);
  mark.addEventListener("mouseenter", () => on.light(events));
  mark.addEventListener("mouseleave", () => on.light(null));
  return mark;
};

/**
 * @param {string[]} characters
 * @param {[number, triples.Event][]} events with their numbers
 * @param {Names} names
 * @param {Acts} on
 */
export const eventText = (characters, events, names, on) => {
  const parts = events.flatMap(([number, event]) => partsOf(event, number, names));
  const edges = new Set([0, characters.length]);
  parts.forEach((p) => edges.add(p.start).add(p.end));
  const cuts = [...edges].sort((a, b) => a - b);
  const pieces = cuts.slice(0, -1).map((from, i) => {
    const until = cuts[i + 1];
    const covering = parts.filter((p) => p.start <= from && p.end >= until);
    const piece = characters.slice(from, until).join("");
    if (!covering.length) return piece;
    const shortest = Math.min(...covering.map((p) => p.end - p.start));
    return markOf(piece, covering, covering.some((p) => p.end === until && p.end - p.start === shortest), on);
  });
  return h("p", { class: "text", lang: "zh", tabindex: "0" }, pieces);
};

/**
 * @param {Element} text
 * @param {Set<number> | null} lit numbers of events
 */
export const lightEventText = (text, lit) => {
  text.classList.toggle("choosing", Boolean(lit));
  let first = null;
  for (const mark of text.querySelectorAll("mark")) {
    const on = Boolean(lit) && [...(mark.events || [])].some((number) => lit?.has(number));
    mark.classList.toggle("lit", on);
    if (on) first ||= mark;
  }
  if (!first || text.matches(":hover")) return;
  const [box, at] = [text.getBoundingClientRect(), first.getBoundingClientRect()];
  if (at.top < box.top || at.bottom > box.bottom) text.scrollTop += at.top - box.top - box.height / 3;
};
