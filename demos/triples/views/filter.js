// Which of the candidates are shown: those of a least confidence and, if some are chosen, of the chosen relations.
// Nothing here asks the server: the model has given every candidate once.

import { ownThresholds } from "modou/triples/views/read.js";
import { focused, h } from "modou/views/dom.js";
import { say, zh } from "modou/views/language.js";

/** @import { Read, RelationOf } from "modou/triples/views/read.js" */
/** @import { triples } from "modou/views/types.js" */

/** @typedef {{threshold: number, thresholds: Record<string, number>}} Own what a model has of its own */

/**
 * @param {triples.Relation} relation
 * @param {boolean} on
 * @param {number | undefined} count
 * @param {() => unknown} act
 * @param {boolean} inFull
 */
const relationChip = (relation, on, count, act, inFull) => h("button", {
  type: "button", class: "relation", "aria-pressed": String(on), "data-relation": relation.name,
  title: relation.subject_type ? `${relation.subject_type} → ${relation.object_type}` : relation.name, onclick: act,
},
h("b", { lang: "zh" }, relation.name),
zh && !inFull ? null : h("small", {}, relation.english),
inFull && relation.subject_type ? h("small", { lang: "zh" }, `${relation.subject_type}→${relation.object_type}`) : null,
count ? h("i", {}, count) : null);

// Gives {element, passes(triple), update(triples, own)}; `changed` is called when the visitor has chosen otherwise.
// `relations` are those to choose from. `own` is the model's: {threshold, thresholds: {relation: number}}. They hold until the slider is moved.
/** @param {{relations: triples.Relation[] | undefined, relationOf: RelationOf, changed: () => void}} given */
export const makeFilter = ({ relations, relationOf, changed }) => {
  /** @type {number | null} */
  let least = null;
  /** @type {Own} */
  let own = { threshold: 0.5, thresholds: {} };
  // The chosen relations, or null for all of them, those of a model of one's own included.
  /** @type {Set<string> | null} */
  let chosen = null;
  /** @type {Map<string, number>} */
  let counts = new Map();
  const [low, high] = [0.05, 0.98];
  /** @param {string} relation */
  const needed = (relation) => least ?? own.thresholds[relation] ?? own.threshold;

  const slider = h("input", {
    type: "range", min: low, max: high, step: 0.01, "aria-label": say("置信度阈值", "Least confidence"),
    oninput: () => {
      least = Number(slider.value);
      showLeast();
      changed();
    },
  });
  const shownLeast = h("output", {});
  const reset = h("button", { type: "button", class: "link", onclick: () => {
    least = null;
    showLeast();
    changed();
  } }, say("恢复模型自带的阈值", "back to the model's own"));
  const told = h("p", { class: "told-least" });
  const showLeast = () => {
    const isOwn = least === null;
    slider.value = String(least ?? own.threshold);
    shownLeast.textContent = isOwn ? say("模型自带", "the model's own") : (least ?? 0).toFixed(2);
    // What a screen reader says instead of the bare number.
    slider.setAttribute("aria-valuetext", shownLeast.textContent);
    reset.hidden = isOwn;
    told.textContent = isOwn ? ownThresholds(own) : say("所有关系都用这个阈值。", "One value for all relations.");
  };

  const legend = h("div", { class: "present", role: "group", "aria-label": say("只看这些关系", "Show only these relations") });
  const summary = h("summary", {});
  const search = h("input", { type: "search", placeholder: say("查找关系，如“导演”", "Find a relation: director, 导演"), oninput: () => fillAll() });
  const every = h("div", { class: "every" });
  /**
   * @param {Set<string> | null} value
   * @param {string} label
   */
  const setAll = (value, label) => h("button", { type: "button", class: "link", onclick: () => choose(value) }, label);
  const all = h("details", { class: "relations" }, summary,
    h("div", { class: "finder" }, search, setAll(null, say("全选", "All")), setAll(new Set(), say("全不选", "None"))), every);
  const known = () => [...(relations || []), ...[...counts.keys()].map(relationOf).filter((r) => !r.subject_type)];

  /** @param {Set<string> | null} value */
  const choose = (value) => {
    chosen = value && value.size === known().length ? null : value;
    showRelations();
    changed();
  };
  // A first click shows one relation alone, further ones add and remove; without any left all are shown again.
  /** @param {string} name */
  const toggleShown = (name) => {
    const next = new Set(chosen || []);
    if (!next.delete(name)) next.add(name);
    choose(next.size ? next : null);
  };
  /** @param {string} name */
  const toggleAny = (name) => {
    const next = new Set(chosen || known().map((r) => r.name));
    if (!next.delete(name)) next.add(name);
    choose(next);
  };

  /**
   * @param {HTMLElement} box
   * @param {HTMLElement[]} chips
   */
  const fill = (box, chips) => {
    const before = focused()?.closest(".relation");
    const name = before && box.contains(before) ? before.dataset.relation : null;
    box.replaceChildren(...chips);
    if (name) chips.find((chip) => chip.dataset.relation === name)?.focus({ preventScroll: true });
  };
  const fillAll = () => {
    const wanted = search.value.trim().toLowerCase();
    const found = known().filter((r) => [r.name, r.english, r.subject_type, r.object_type].some((s) => s.toLowerCase().includes(wanted)));
    fill(every, found.map((r) => relationChip(r, !chosen || chosen.has(r.name), counts.get(r.name), () => toggleAny(r.name), true)));
    if (!found.length) every.append(h("p", {}, say("没有这样的关系", "No such relation")));
  };
  const showRelations = () => {
    const present = [...counts].sort((a, b) => b[1] - a[1]).map(([name]) => relationOf(name));
    fill(legend, present.map((r) => relationChip(r, Boolean(chosen?.has(r.name)), counts.get(r.name), () => toggleShown(r.name), false)));
    legend.classList.toggle("some", Boolean(chosen));
    summary.textContent = chosen
      ? say(`关系：已选 ${chosen.size} / ${known().length} 种`, `Relations: ${chosen.size} of ${known().length} chosen`)
      : say(`关系：全部 ${known().length} 种`, `Relations: all ${known().length}`);
    fillAll();
  };

  return {
    element: h("div", { class: "filter" },
      h("div", { class: "least" },
        h("label", {}, h("span", {}, say("置信度阈值", "Least confidence")), slider), shownLeast, reset, told),
      legend, all),
    /** @param {Read} triple */
    passes: (triple) => triple.score >= needed(triple.predicate) && (!chosen || chosen.has(triple.predicate)),
    get relations() { return chosen; },
    /**
     * @param {Read[]} triples
     * @param {Own} given
     */
    update(triples, { threshold, thresholds }) {
      own = { threshold, thresholds };
      showLeast();
      counts = new Map();
      for (const t of triples) if (t.score >= needed(t.predicate)) counts.set(t.predicate, (counts.get(t.predicate) || 0) + 1);
      showRelations();
    },
  };
};
