// CasRel's two passes over one sentence: where subjects start and end; then, for a chosen subject, where objects do.

import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { percent } from "modou/views/numbers.js";

/** @import { Pick } from "modou/triples/views/matrix.js" */
/** @import { triples } from "modou/views/types.js" */

// A strip of characters with a bar under each for p(start) and one for p(end).
/**
 * @param {string[]} characters
 * @param {[number, number][]} tags
 */
const strip = (characters, tags) => h("div", { class: "strip" },
  characters.map((character, i) => {
    const [start, end] = tags[i] || [0, 0];
    return h("span", { class: start >= 0.5 || end >= 0.5 ? "on" : "", title: say(`开头 ${percent(start)}，结尾 ${percent(end)}`, `start ${percent(start)}, end ${percent(end)}`) },
      h("b", { lang: "zh" }, character), h("i", { class: "start", style: `--p:${start}` }), h("i", { class: "end", style: `--p:${end}` }));
  }));

// `chosen.subject` is the number of the subject that is looked at.
/**
 * @param {triples.CasRelInside} shown
 * @param {Pick} pick
 * @param {{subject: number}} chosen
 */
export const casrelPasses = (shown, pick, chosen) => {
  chosen.subject = Math.min(chosen.subject, Math.max(0, shown.subjects.length - 1));
  const subject = shown.subjects[chosen.subject];
  const parts = [
    h("h4", {}, say("第一步：主语在哪里开头、在哪里结尾？", "Pass 1: where does a subject start, where does it end?")),
    h("p", {}, h("i", { class: "key start" }), say("开头的概率", "probability of a start"), h("i", { class: "key end" }), say("结尾的概率", "probability of an end")),
    strip(shown.tokens, shown.tags),
    h("h4", {}, say("第二步：给定这个主语，每种关系的宾语在哪里？", "Pass 2: given this subject, where are the objects of each relation?"))];
  if (!subject) {
    parts.push(h("p", {}, say("这句话里没有找到主语，第二步不必做。", "No subject was found in this sentence: there is no second pass.")));
    return parts;
  }
  const relations = Object.entries(subject.relations);
  parts.push(h("div", { class: "picks" }, shown.subjects.map((s, i) =>
    pick(`${s.text} ${percent(s.score)}`, i === chosen.subject, () => { chosen.subject = i; }))));
  if (!relations.length) parts.push(h("p", {}, say("没有一种关系的宾语概率超过 5%。", "No relation has an object with a probability above 5%.")));
  parts.push(...relations.map(([name, tags]) => h("div", { class: "relation" }, h("b", { lang: "zh" }, name), strip(shown.tokens, tags))));
  return parts;
};
