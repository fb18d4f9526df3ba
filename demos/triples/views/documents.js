// The documents that were read, each with its number of shown triples; the chosen one is shown as text.

import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

/** @import { Document, Read, Selection } from "modou/triples/views/read.js" */

/**
 * @param {Document[]} documents
 * @param {number[]} counts
 * @param {number} at
 * @param {{open: (number: number) => void}} on
 */
export const documentList = (documents, counts, at, on) => h("ol", { class: "documents", "aria-label": say("文档", "Documents") },
  documents.map((document, i) => {
    const problem = document.error && say(document.error.zh, document.error.en);
    const item = h("li", {}, h("button", {
      type: "button", "aria-pressed": String(i === at), class: problem ? "unread" : "", title: problem || document.name, onclick: () => on.open(i),
    },
    h("span", { class: "name" }, document.name),
    h("small", {}, problem ? say("未读", "not read") : say(`${counts[i] || 0} 个三元组`, `${counts[i] || 0} ${counts[i] === 1 ? "triple" : "triples"}`))));
    item.number = i;
    return item;
  }));

/**
 * @param {Element} list
 * @param {Selection | null} selection
 * @param {Read[]} triples
 */
export const lightDocuments = (list, selection, triples) => {
  const lit = new Set(selection ? [...selection.triples].map((i) => triples[i].document) : []);
  list.querySelectorAll("li").forEach((item) => item.classList.toggle("lit", lit.has(item.number ?? -1)));
};

// How far the reading has come.
/**
 * @param {{done: number, total: number, share: number}} given
 * @param {boolean} reading
 */
export const progressBar = ({ done, total, share }, reading) => h("div", { class: "reading", role: "status" },
  h("span", {}, reading
    ? say(`正在读第 ${Math.min(done + 1, total)} / ${total} 篇…`, `Reading document ${Math.min(done + 1, total)} of ${total}…`)
    : say(`已停止，读了 ${done} / ${total} 篇`, `Stopped after ${done} of ${total} documents`)),
  h("progress", { max: 1, value: share }));
