// The triples as a table.

import { kindOf } from "modou/triples/views/read.js";
import { h } from "modou/views/dom.js";
import { say, zh } from "modou/views/language.js";
import { percent } from "modou/views/numbers.js";

/** @import { Document, Read, Selection } from "modou/triples/views/read.js" */
/** @import { Child } from "modou/views/dom.js" */

/** @typedef {{light: (selection: Selection | null) => void, open: (number: number) => void}} TableActs */

// More rows than this are shown when asked for.
const FIRST_ROWS = 100;

// Which pronoun of the text was read as this subject or object.
/**
 * @param {number[] | null | undefined} span
 * @param {Document} document
 */
const pronounNote = (span, document) => {
  if (!span) return [];
  const pronoun = document.characters.slice(span[0], span[1]).join("");
  return [h("small", { class: "pronoun" }, say(`文中的“${pronoun}”`, `“${pronoun}” in the text`))];
};

/**
 * @param {Read} triple
 * @param {number} i
 * @param {Document[]} documents
 * @param {TableActs} on
 */
const tripleRow = (triple, i, documents, on) => {
  /**
   * @param {string} name
   * @param {string} label
   * @param {...Child} content
   */
  const cell = (name, label, ...content) => h("td", { class: name, "data-label": label }, h("span", {}, ...content));
  /** @param {"subject" | "object"} role */
  const chip = (role) => [
    h("b", { lang: "zh" }, triple[role]),
    triple[`${role}_type`] ? h("small", { class: kindOf(triple[`${role}_type`]) }, triple[`${role}_type`]) : null,
    ...pronounNote(triple[`${role}_pronoun`], documents[triple.document])];
  const light = () => on.light({ triples: new Set([i]) });
  const row = h("tr", { tabindex: "0", onmouseenter: light, onmouseleave: () => on.light(null), onfocus: light, onblur: () => on.light(null) },
    cell("subject", say("主语", "Subject"), ...chip("subject")),
    cell("predicate", say("关系", "Predicate"), h("b", { lang: "zh" }, triple.predicate), ...(zh ? [] : [h("small", { class: "gloss" }, triple.english)])),
    cell("object", say("宾语", "Object"), ...chip("object")),
    documents.length > 1 ? cell("document", say("文档", "Document"), h("button", { type: "button", class: "link", onclick: () => on.open(triple.document) }, documents[triple.document].name)) : null,
    cell("score", say("置信度", "Confidence"),
      h("span", { class: "meter", style: `--p:${triple.score}` }), h("span", { class: "number" }, percent(triple.score))));
  row.number = i;
  return row;
};

/**
 * @param {Read[]} triples
 * @param {Document[]} documents
 * @param {TableActs} on
 */
export const tripleTable = (triples, documents, on) => {
  const head = [say("主语", "Subject"), say("关系", "Predicate"), say("宾语", "Object"), ...(documents.length > 1 ? [say("文档", "Document")] : []), say("置信度", "Confidence")];
  const body = h("tbody", {}, triples.slice(0, FIRST_ROWS).map((triple, i) => tripleRow(triple, i, documents, on)));
  const table = h("table", {}, h("thead", {}, h("tr", {}, head.map((name) => h("th", { scope: "col" }, name)))), body);
  const rest = triples.length - FIRST_ROWS;
  if (rest <= 0) return [table];
  const more = h("button", {
    type: "button", class: "more", onclick: () => {
      body.append(...triples.slice(FIRST_ROWS).map((triple, i) => tripleRow(triple, FIRST_ROWS + i, documents, on)));
      more.remove();
    },
  }, say(`显示其余 ${rest} 行`, `Show the other ${rest} rows`));
  return [table, more];
};

/**
 * @param {HTMLElement} table
 * @param {Selection | null} selection
 */
export const lightTable = (table, selection) => {
  const lit = selection && selection.triples;
  table.querySelectorAll("tbody tr").forEach((row) => row.classList.toggle("lit", Boolean(lit?.has(row.number ?? -1))));
};
