// Which of the candidates are shown: those of a least confidence and, if some are chosen, of the chosen relations.
// Nothing here asks the server: the model has given every candidate once.

import { ownThresholds } from "modou/triples/views/read.js";
import { h } from "modou/views/dom.js";
import { say, zh } from "modou/views/language.js";

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
export const makeFilter = ({ relations, relationOf, changed }) => {
  let least = null;
  let own = { threshold: 0.5, thresholds: {} };
  // The chosen relations, or null for all of them, those of a model of one's own included.
  let chosen = null;
  let counts = new Map();
  const [low, high] = [0.05, 0.98];
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
    slider.value = least ?? own.threshold;
    shownLeast.textContent = isOwn ? say("模型自带", "the model's own") : least.toFixed(2);
    // What a screen reader says instead of the bare number.
    slider.setAttribute("aria-valuetext", shownLeast.textContent);
    reset.hidden = isOwn;
    told.textContent = isOwn ? ownThresholds(own) : say("所有关系都用这个阈值。", "One value for all relations.");
  };

  const legend = h("div", { class: "present", role: "group", "aria-label": say("只看这些关系", "Show only these relations") });
  const summary = h("summary", {});
  const search = h("input", { type: "search", placeholder: say("查找关系，如“导演”", "Find a relation: director, 导演"), oninput: () => fillAll() });
  const every = h("div", { class: "every" });
  const setAll = (value, label) => h("button", { type: "button", class: "link", onclick: () => choose(value) }, label);
  const all = h("details", { class: "relations" }, summary,
    h("div", { class: "finder" }, search, setAll(null, say("全选", "All")), setAll(new Set(), say("全不选", "None"))), every);
  const known = () => [...(relations || []), ...[...counts.keys()].map(relationOf).filter((r) => !r.subject_type)];

  const choose = (value) => {
    chosen = value && value.size === known().length ? null : value;
    showRelations();
    changed();
  };
  // A first click shows one relation alone, further ones add and remove; without any left all are shown again.
  const toggleShown = (name) => {
    const next = new Set(chosen || []);
    if (!next.delete(name)) next.add(name);
    choose(next.size ? next : null);
  };
  const toggleAny = (name) => {
    const next = new Set(chosen || known().map((r) => r.name));
    if (!next.delete(name)) next.add(name);
    choose(next);
  };

  const fill = (box, chips) => {
    const focused = document.activeElement?.closest?.(".relation");
    const name = focused && box.contains(focused) ? focused.dataset.relation : null;
    box.replaceChildren(...chips);
    if (name) [...box.children].find((chip) => chip.dataset.relation === name)?.focus({ preventScroll: true });
  };
  const fillAll = () => {
    const wanted = search.value.trim().toLowerCase();
    const found = known().filter((r) => [r.name, r.english, r.subject_type, r.object_type].some((s) => s.toLowerCase().includes(wanted)));
    fill(every, found.map((r) => relationChip(r, !chosen || chosen.has(r.name), counts.get(r.name), () => toggleAny(r.name), true)));
    if (!found.length) every.append(h("p", {}, say("没有这样的关系", "No such relation")));
  };
  const showRelations = () => {
    const present = [...counts].sort((a, b) => b[1] - a[1]).map(([name]) => relationOf(name));
    fill(legend, present.map((r) => relationChip(r, Boolean(chosen?.has(r.name)), counts.get(r.name), () => toggleShown(r.name))));
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
    passes: (triple) => triple.score >= needed(triple.predicate) && (!chosen || chosen.has(triple.predicate)),
    get relations() { return chosen; },
    update(triples, { threshold, thresholds }) {
      own = { threshold, thresholds };
      showLeast();
      counts = new Map();
      for (const t of triples) if (t.score >= needed(t.predicate)) counts.set(t.predicate, (counts.get(t.predicate) || 0) + 1);
      showRelations();
    },
  };
};
