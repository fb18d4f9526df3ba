// A text with its entities marked. `triples` are [number, triple] of this text.

import { kindOf } from "modou/triples/views/read.js";
import { h } from "modou/views/dom.js";

/** @import { Read, Selection } from "modou/triples/views/read.js" */

/**
 * A span that is marked, with the types it has and the triples it takes part in.
 *
 * @typedef {object} Entity
 * @property {number} start
 * @property {number} end
 * @property {string} text
 * @property {Set<string>} types
 * @property {Set<string>} roles
 * @property {Set<number>} triples
 */
/** @typedef {{light: (selection: Selection | null) => void}} TextActs */

// Each span once, with the types it has and the triples it takes part in.
/** @param {[number, Read][]} triples */
const entitiesOf = (triples) => {
  const found = new Map();
  for (const [i, triple] of triples) {
    for (const role of /** @type {const} */ (["subject", "object"])) {
      const [start, end] = triple[`${role}_span`];
      const key = `${start}-${end}`;
      if (!found.has(key)) found.set(key, { start, end, text: triple[role], types: new Set(), roles: new Set(), triples: new Set() });
      const entity = found.get(key);
      if (triple[`${role}_type`]) entity.types.add(triple[`${role}_type`]);
      entity.roles.add(role);
      entity.triples.add(i);
    }
  }
  return [...found.values()].sort((a, b) => a.start - b.start || b.end - a.end);
};

/**
 * @param {string} piece
 * @param {Entity[]} covering
 * @param {Entity | undefined} endsHere
 * @param {TextActs} on
 */
const markOf = (piece, covering, endsHere, on) => {
  const inner = covering.reduce((a, b) => (b.end - b.start < a.end - a.start ? b : a));
  const roles = [...inner.roles].sort().reverse().join(" ");
  const own = new Set(covering.flatMap((s) => [...s.triples]));
  const mark = h("mark", { class: `${kindOf([...inner.types][0])} ${roles}` });
  mark.triples = own;
  mark.entities = covering.map((s) => s.text);
  // An entity's type stands behind its last piece, on the same line as its last character.
  if (endsHere && endsHere.types.size) {
    const label = h("small", { class: kindOf([...endsHere.types][0]) }, [...endsHere.types].join("/"));
    mark.append([...piece].slice(0, -1).join(""), h("span", { class: "tail" }, [...piece].at(-1), label));
  } else {
    mark.append(piece);
  }
  mark.addEventListener("mouseenter", () => on.light({ triples: inner.triples, entity: inner.text }));
  mark.addEventListener("mouseleave", () => on.light(null));
  return mark;
};

/**
 * @param {string[]} characters
 * @param {[number, Read][]} triples
 * @param {TextActs} on
 */
export const markedText = (characters, triples, on) => {
  const spans = entitiesOf(triples);
  const edges = new Set([0, characters.length]);
  spans.forEach((s) => edges.add(s.start).add(s.end));
  const cuts = [...edges].sort((a, b) => a - b);
  const pieces = [];
  for (let i = 0; i + 1 < cuts.length; i += 1) {
    const covering = spans.filter((s) => s.start <= cuts[i] && s.end >= cuts[i + 1]);
    const piece = characters.slice(cuts[i], cuts[i + 1]).join("");
    pieces.push(covering.length ? markOf(piece, covering, covering.find((s) => s.end === cuts[i + 1]), on) : piece);
  }
  return h("p", { class: "text", lang: "zh", tabindex: "0" }, pieces);
};

// Lights what belongs to `selection` in a marked text, and brings it into sight if the text is longer than its box.
/**
 * @param {HTMLElement} text
 * @param {Selection | null} selection
 */
export const lightText = (text, selection) => {
  const lit = selection && selection.triples;
  let first = null;
  for (const mark of text.querySelectorAll("mark")) {
    const on = Boolean(lit) && [...(mark.triples || [])].some((i) => lit?.has(i));
    mark.classList.toggle("lit", on);
    mark.classList.toggle("self", on && Boolean(mark.entities?.includes(selection?.entity ?? "")));
    if (on) first ||= mark;
  }
  text.classList.toggle("choosing", Boolean(first));
  if (!first || text.matches(":hover")) return;
  const [box, at] = [text.getBoundingClientRect(), first.getBoundingClientRect()];
  if (at.top < box.top || at.bottom > box.bottom) text.scrollTop += at.top - box.top - box.height / 3;
};
