// Text, graph and table of the same triples, and what is chosen among them.
//   found      what the server has sent: {documents, communities, threshold, milliseconds, progress, done}, or null
//   shown      the triples that pass the filter, in the order of the texts; everything on the page counts by them
//   at         the document whose text is shown
//   pinned     what was clicked in the graph: lit while nothing else is pointed at

import { documentList, lightDocuments, progressBar } from "modou/triples/views/documents.js";
import { graphTools, triplesCsv, triplesJson } from "modou/triples/views/export.js";
import { makeFilter } from "modou/triples/views/filter.js";
import { makeGraph } from "modou/triples/views/graph.js";
import { selectionOf } from "modou/triples/views/graph/build.js";
import { makeRelationOf, readDocuments } from "modou/triples/views/read.js";
import { lightTable, tripleTable } from "modou/triples/views/table.js";
import { lightText, markedText } from "modou/triples/views/text.js";
import { focused, h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { duration } from "modou/views/numbers.js";
import { makeSheet, toolbar } from "modou/views/result.js";

/** @import { GraphEdge, GraphNode } from "modou/triples/views/graph/build.js" */
/** @import { Document, Read, Selection } from "modou/triples/views/read.js" */

/**
 * What the server has sent, with the documents read.
 *
 * @typedef {object} Found
 * @property {string} run
 * @property {Document[]} documents
 * @property {Record<string, number>} communities
 * @property {boolean} infomap
 * @property {number} threshold
 * @property {Record<string, number>} thresholds
 * @property {number | null} milliseconds
 * @property {boolean} done
 * @property {boolean} [stopped]
 * @property {{done: number, total: number, share: number} | null} [progress]
 */
/** @typedef {Record<"bar" | "progress" | "documents" | "reader" | "rows" | "caption" | "both", HTMLElement> & {text: HTMLElement | null}} Page */
/** @typedef {{node?: GraphNode, edge?: GraphEdge}} Part of the graph: a node or an edge */


/** @param {Read} t */
const sayingOf = (t) => JSON.stringify([t.document, t.subject, t.predicate, t.object]);

const PURPOSE = say(
  "输入文字，这里会标出实体，画出知识图谱，并列出“主语－关系－宾语”。点一个示例试试。",
  "Enter text: its entities will be marked here, drawn as a knowledge graph, and listed as subject, predicate and object. Try an example.");

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, props, server }) => {
  const relationOf = makeRelationOf(props.relations);
  const sheet = makeSheet(root);
  /** @type {Found | null} */
  let found = null;
  /** @type {Read[]} */
  let shown = [];
  let at = 0;
  /** @type {Selection | null} */
  let pinned = null;
  /** @type {string | null} */
  let run = null;
  /** @type {Page} */
  const page = { bar: h("div"), progress: h("div"), documents: h("div"), reader: h("div"), rows: h("div"), caption: h("div"), both: h("div"), text: null };

  // For what is done only once there is something.
  const now = () => /** @type {Found} */ (found);

  const on = {
    /** @param {Selection | null} selection */
    light: (selection) => light(selection || pinned),
    /** @param {Part | null} part */
    pin: (part) => {
      const selection = part && selectionOf(part);
      const again = selection && pinned && selection.entity === pinned.entity && [...selection.triples].join() === [...pinned.triples].join();
      pinned = again ? null : selection;
      light(pinned);
    },
    /** @param {number} number */
    open: (number) => {
      at = number;
      showDocuments();
      showText();
      light(pinned);
    },
  };

  /** @param {Selection | null} selection */
  const light = (selection) => {
    graph.light(selection);
    if (page.text) lightText(page.text, selection);
    lightTable(page.rows, selection);
    if (now().documents.length > 1) lightDocuments(page.documents, selection, shown);
  };

  const refresh = () => {
    const focused = pinned;
    const before = shown;
    shown = now().documents.flatMap((d) => d.triples).filter(filter.passes);
    // What was pinned is found again by what it says, as its numbers are new.
    const keys = new Set(focused ? [...focused.triples].map((i) => sayingOf(before[i])) : []);
    const kept = new Set(shown.flatMap((t, i) => (keys.has(sayingOf(t)) ? [i] : [])));
    pinned = kept.size ? { ...focused, triples: kept } : null;
    showSummary();
    showProgress();
    showDocuments();
    showText();
    page.rows.replaceChildren(...(shown.length ? tripleTable(shown, now().documents, on) : []));
    graph.update(shown, now().communities, emptyHint());
    page.caption.replaceChildren(h("span", {}, captionText()), graphTools(() => ({ triples: shown, documents: now().documents, communities: now().communities, drawing: graph.drawing }), server, sheet.tell));
    page.caption.hidden = !shown.length;
    light(pinned);
  };

  const captionText = () => {
    const count = new Set(graph.graph.nodes.map((n) => n.community)).size;
    const [zhKind, enKind] = now().infomap
      ? ["InfoMap 社区", count === 1 ? "InfoMap community" : "InfoMap communities"]
      : ["连通部分", count === 1 ? "connected part" : "connected parts"];
    return say(`${graph.graph.nodes.length} 个实体，颜色为 ${count} 个${now().infomap ? " " : ""}${zhKind}`, `${graph.graph.nodes.length} entities; colours: ${count} ${enKind}`);
  };
  const emptyHint = () => {
    const candidates = now().documents.some((d) => d.triples.length);
    if (candidates) return say("没有三元组满足阈值和所选关系：把阈值调低，或多选几种关系。", "No triple passes: lower the least confidence or choose more relations.");
    if (now().done && !now().documents.some((d) => d.characters.some((c) => /\p{Script=Han}/u.test(c)))) return say("文中没有中文，模型只读中文。", "There is no Chinese in the text, and the model reads nothing else.");
    return now().done
      ? say("没有找到三元组。上面的“关系”列出了模型认识的关系。", "No triple was found. The relations that the model knows are listed above.")
      : say("还没有找到三元组…", "No triple so far…");
  };

  // Written when they are asked for: the slider moves far more often than a file is saved.
  const files = {
    get json() { return triplesJson(shown, now().documents); },
    get csv() { return triplesCsv(shown, now().documents); },
  };
  const showSummary = () => {
    const candidates = now().documents.reduce((sum, d) => sum + d.triples.length, 0);
    const time = now().milliseconds === null ? "" : duration(now().milliseconds ?? 0);
    page.bar.replaceChildren(
      h("p", { class: "summary", role: "status" }, h("strong", {}, shown.length),
        say(` 个三元组（候选 ${candidates} 个） · 用时 ${time}`, ` ${shown.length === 1 ? "triple" : "triples"} of ${candidates} candidates · ${time}`)),
      shown.length ? toolbar(files, "triples") : "");
  };
  const showProgress = () =>
    page.progress.replaceChildren(...(now().progress && !now().done ? [progressBar(now().progress ?? { done: 0, total: 0, share: 0 }, !now().stopped)] : []));
  const showDocuments = () => {
    page.both.classList.toggle("several", now().documents.length > 1);
    if (now().documents.length < 2) {
      page.documents.replaceChildren();
      return;
    }
    /** @type {number[]} */
    const counts = [];
    for (const triple of shown) counts[triple.document] = (counts[triple.document] || 0) + 1;
    const scrolled = page.documents.firstElementChild?.scrollTop || 0;
    const had = page.documents.contains(focused());
    page.documents.replaceChildren(documentList(now().documents, counts, at, on));
    if (page.documents.firstElementChild) page.documents.firstElementChild.scrollTop = scrolled;
    if (had) page.documents.querySelector('[aria-pressed="true"]')?.focus({ preventScroll: true });
  };
  const showText = () => {
    const shownDocument = now().documents[at];
    page.text = null;
    if (!shownDocument) {
      page.reader.replaceChildren();
      return;
    }
    const own = shown.flatMap((t, i) => (t.document === at ? [/** @type {[number, Read]} */ ([i, t])] : []));
    page.text = markedText(shownDocument.characters, own, on);
    const problem = shownDocument.error && h("p", { class: "problem" }, say(shownDocument.error.zh, shownDocument.error.en));
    page.reader.replaceChildren(...[...(problem ? [problem] : []), page.text]);
  };

  const filter = makeFilter({ relations: props.relations, relationOf, changed: () => {
    if (!found) return;
    filter.update(found.documents.flatMap((d) => d.triples), found);
    refresh();
  } });
  const graph = makeGraph(on);

  const layOut = () => {
    page.bar = h("div", { class: "bar" });
    page.progress = h("div", {});
    page.documents = h("div", {});
    page.reader = h("div", { class: "reader" });
    page.rows = h("div", { class: "rows" });
    page.caption = h("div", { class: "caption" });
    /**
     * @param {string} label
     * @param {string} name
     * @param {() => unknown} act
     */
    const round = (label, name, act) => h("button", { type: "button", "aria-label": name, title: name, onclick: act }, label);
    const zooms = h("div", { class: "zooms" },
      round("+", say("放大", "Zoom in"), () => graph.zoom(1.3)), round("−", say("缩小", "Zoom out"), () => graph.zoom(1 / 1.3)),
      round("⤢", say("显示全图", "Fit"), graph.fit));
    graph.element.querySelector(".zooms")?.remove();
    graph.element.append(zooms);
    page.both = h("div", { class: "both" },
      h("div", { class: "texts" }, page.documents, page.reader,
        h("p", { class: "legend" },
          h("span", {}, h("i", { class: "swatch subject" }), say("实底：主语", "filled: subject")),
          h("span", {}, h("i", { class: "swatch object" }), say("虚框：宾语", "dashed: object")))),
      h("div", { class: "drawn" }, graph.element, page.caption));
    root.replaceChildren(page.bar, page.progress, filter.element, page.both, page.rows,
      h("p", { class: "legend" }, say(
        "模型不判断真假：被否定的、在问的、据传的，也可能抽成事实；请对照原文。",
        "The model does not judge: what is denied, asked or rumoured may come out as a fact; compare with the text.")));
  };
  /** @param {any} value */
  const draw = (value) => {
    if (value?.stopped || value?.progress) {
      if (found && !found.done) {
        found.stopped ||= Boolean(value.stopped);
        found.progress = value.progress || found.progress;
        showProgress();
      }
      return;
    }
    if (sheet.nothingToDraw(value, value?.json !== undefined, props.purpose ? say(props.purpose.zh, props.purpose.en) : PURPOSE)) {
      if (!sheet.last) found = null;
      return;
    }
    sheet.last = value;
    const data = JSON.parse(value.json);
    if (data.run !== run || !found) {
      at = 0;
      pinned = null;
      run = data.run;
      sheet.reveal();
    }
    const isEmpty = !found;
    found = { ...data, documents: readDocuments(data, relationOf) };
    if (isEmpty || !page.bar.isConnected) layOut();
    root.querySelector(".told")?.remove();
    filter.update(now().documents.flatMap((d) => d.triples), now());
    refresh();
  };

  return draw;
};
