// The question with what its words became written under them.

import { conditionText, operatorText, termText } from "modou/text2sql/views/words.js";
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

const LINKS = {
  column: say("列", "column"), value: say("值", "value"), limit: say("取几行", "how many rows"),
};

const linkDetail = (link, word, sketch, columns) => {
  if (link.kind === "value" && sketch.conditions[link.condition]) {
    return say(`“${word}” → 条件：${conditionText(sketch.conditions[link.condition], columns)}`, `“${word}” → condition: ${conditionText(sketch.conditions[link.condition], columns)}`);
  }
  if (link.kind === "column") return say(`“${word}” → 列：${link.column}`, `“${word}” → column: ${link.column}`);
  return say(`“${word}” → 取几行（LIMIT）`, `“${word}” → how many rows (LIMIT)`);
};
const linkCaption = (link, word, sketch, columns) => {
  const condition = link.kind === "value" && sketch.conditions[link.condition];
  if (condition) return `${link.column || termText(condition.term, columns)} ${operatorText(condition, columns)}`;
  return link.kind === "limit" ? LINKS.limit : link.column === word ? LINKS.column : link.column;
};

// `links` count characters as Python does, not UTF-16 units.
export const linkedQuestion = (question, links, sketch, columns) => {
  const characters = [...question];
  const readout = h("p", { class: "readout", role: "status" });
  const nodes = [];
  let at = 0;
  for (const link of links) {
    const word = characters.slice(link.start, link.end).join("");
    const detail = linkDetail(link, word, sketch, columns);
    const tell = () => { readout.textContent = detail; };
    nodes.push(characters.slice(at, link.start).join(""), h("button", {
      type: "button", class: `link ${link.kind}`, title: detail, onclick: tell, onmouseenter: tell, onfocus: tell,
    }, h("b", {}, word), h("small", { "aria-hidden": "true" }, linkCaption(link, word, sketch, columns))));
    at = link.end;
  }
  nodes.push(characters.slice(at).join(""));
  const kinds = Object.keys(LINKS).filter((kind) => links.some((link) => link.kind === kind));
  return h("section", { class: "linked" },
    h("p", { class: "question", lang: "zh" }, nodes.filter((node) => node !== "")),
    kinds.length ? h("p", { class: "legend" }, kinds.map((kind) => h("span", {}, h("i", { class: kind }), LINKS[kind])), readout) : null);
};
