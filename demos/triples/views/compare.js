// Two extractors on the same text: what both found, and what only one did.

import { makeRelationOf, ownThresholds } from "modou/triples/views/read.js";
import { lightText, markedText } from "modou/triples/views/text.js";
import { h } from "modou/views/dom.js";
import { say, zh } from "modou/views/language.js";
import { duration, percent } from "modou/views/numbers.js";
import { makeSheet } from "modou/views/result.js";

/** @import { Read } from "modou/triples/views/read.js" */
/** @import { Message } from "modou/views/result.js" */

/** @typedef {{model: string, name: Message, milliseconds: number, threshold: number, thresholds: Record<string, number>, triples: Read[]}} Side */
/** @typedef {{text: string, sides: Side[]}} Compared */
/** @typedef {{triple: Read, scores: (number | null)[], group: "left" | "right" | "both"}} Line */

/** @param {{name: Message}} given */
const nameOf = ({ name }) => say(name.zh, name.en);

/**
 * @param {Line["group"]} group
 * @param {Compared} value
 */
const labelOf = (group, { sides: [left, right] }) => ({
  both: say("两者都有", "Both"),
  left: say(`只有 ${nameOf(left)}`, `Only ${nameOf(left)}`),
  right: say(`只有 ${nameOf(right)}`, `Only ${nameOf(right)}`),
})[group];

// One line for each triple, whoever found it: {triple, group, scores: [left, right]}.
/** @param {Side[]} given */
const compared = ([left, right]) => {
  const found = new Map();
  [left, right].forEach((side, n) => side.triples.forEach((triple) => {
    const key = JSON.stringify([triple.subject, triple.predicate, triple.object]);
    if (!found.has(key)) found.set(key, { triple, scores: [null, null] });
    found.get(key).scores[n] = triple.score;
  }));
  return [...found.values()].map((line) => ({ ...line, group: line.scores.includes(null) ? (line.scores[0] === null ? "right" : "left") : "both" }));
};

/**
 * @param {Side} side
 * @param {string} name
 */
const sideCard = (side, name) => h("div", { class: `side ${name}` },
  h("b", {}, nameOf(side)),
  h("p", {}, h("strong", {}, side.triples.length), say(" 个三元组", side.triples.length === 1 ? " triple" : " triples"),
    say(` · 用时 ${duration(side.milliseconds)}`, ` · ${duration(side.milliseconds)}`)),
  h("p", {}, ownThresholds(side)));

const PURPOSE = say("选两个模型，输入一段文字，这里会列出两者都找到的三元组，以及只有一个找到的。", "Choose two models and enter a text: the triples that both find, and those that only one does, will be listed here.");

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, props }) => {
  const relationOf = makeRelationOf(props.relations);
  const sheet = makeSheet(root);
  /** @type {Line[]} */
  let lines = [];

  /** @param {Set<number> | null} chosen */
  const lightCompared = (chosen) => {
    const text = root.querySelector(".text");
    if (text) lightText(text, chosen && { triples: chosen });
    root.querySelectorAll("li").forEach((item) => item.classList.toggle("lit", Boolean(chosen?.has(item.number ?? -1))));
  };

  /** @param {Compared} value */
  const comparedText = (value) => {
    const text = markedText([...value.text], lines.map((line, i) => [i, line.triple]), { light: (selection) => lightCompared(selection && selection.triples) });
    for (const mark of text.querySelectorAll("mark")) {
      const groups = new Set([...(mark.triples || [])].map((i) => lines[i].group));
      mark.className = groups.size === 1 ? [...groups][0] : "both";
      mark.querySelectorAll("small").forEach((label) => label.remove());
    }
    return text;
  };

  /**
   * @param {Line} given
   * @param {number} i
   * @param {Compared} value
   */
  const line = ({ triple, scores, group }, i, value) => {
    const light = () => lightCompared(new Set([i]));
    const shown = group === "both"
      ? value.sides.map((side, n) => `${nameOf(side)} ${percent(scores[n] ?? 0)}`).join(" · ")
      : percent(scores[group === "left" ? 0 : 1] ?? 0);
    const item = h("li", { tabindex: "0", onmouseenter: light, onmouseleave: () => lightCompared(null), onfocus: light, onblur: () => lightCompared(null) },
      h("span", { lang: "zh" }, triple.subject, " ", h("i", {}, triple.predicate), " ", triple.object),
      h("small", {}, zh ? "" : `${triple.english} · `, shown));
    item.number = i;
    return item;
  };
  /** @param {any} value */
  const draw = (value) => {
    if (sheet.nothingToDraw(value, value?.json !== undefined, PURPOSE)) return;
    sheet.last = value;
    sheet.reveal();
    /** @type {Compared} */
    const data = JSON.parse(value.json);
    const sides = data.sides.map((side) => ({ ...side, triples: side.triples.map((t) => ({ ...t, ...relationOf(t.predicate) })) }));
    lines = compared(sides);
    const groups = /** @type {const} */ (["left", "both", "right"]).map((name) => {
      const own = lines.flatMap((found, i) => (found.group === name ? [line(found, i, data)] : []));
      const label = labelOf(name, data);
      return h("section", { class: name, "data-group": name }, h("h4", {}, `${label} · ${own.length}`), h("ul", {}, own));
    });
    root.replaceChildren(
      h("div", { class: "sides" }, sideCard(sides[0], "left"), sideCard(sides[1], "right")),
      comparedText(data),
      h("div", { class: "groups" }, groups));
  };

  return draw;
};
