// What is shown, as files. Formats with rules of their own are written by the server.

import { csvOf } from "modou/views/csv.js";
import { h } from "modou/views/dom.js";
import { save } from "modou/views/files.js";
import { say } from "modou/views/language.js";
import { tool } from "modou/views/result.js";
import { svg } from "modou/views/svg.js";

/** @import { Document, Read } from "modou/triples/views/read.js" */
/** @import { Message } from "modou/views/result.js" */

/** @typedef {{triples: Read[], documents: Document[], communities: Record<string, number>, drawing: SVGSVGElement}} Shown */
/** @typedef {Record<string, (request: any) => Promise<any>>} Server */

const TRIPLE_COLUMNS = ["subject", "predicate", "object", "score", "subject_start", "subject_end", "object_start", "object_end"];

/**
 * @param {Read[]} triples
 * @param {Document[]} documents
 */
const asRows = (triples, documents) => triples.map((t) => ({
  ...(documents.length > 1 ? { document: documents[t.document].name } : {}),
  subject: t.subject, predicate: t.predicate, object: t.object, subject_span: t.subject_span, object_span: t.object_span, score: t.score,
  subject_pronoun: t.subject_pronoun, object_pronoun: t.object_pronoun,
}));
/**
 * @param {Read[]} triples
 * @param {Document[]} documents
 */
export const triplesJson = (triples, documents) => `${JSON.stringify({ triples: asRows(triples, documents) }, null, 2)}\n`;
/**
 * @param {Read[]} triples
 * @param {Document[]} documents
 */
export const triplesCsv = (triples, documents) => {
  const columns = [...(documents.length > 1 ? ["document"] : []), ...TRIPLE_COLUMNS];
  return csvOf(columns, asRows(triples, documents).map((t) => {
    /** @type {Record<string, any>} */
    const flat = { ...t, subject_start: t.subject_span[0], subject_end: t.subject_span[1], object_start: t.object_span[0], object_end: t.object_span[1] };
    return columns.map((name) => flat[name]);
  }));
};

// Asks the server for the shown triples in `format`; gives {text} or {error}.
/**
 * @param {Server} server
 * @param {string} format
 * @param {Read[]} triples
 * @param {Document[]} documents
 * @param {Record<string, number>} communities
 */
const askForGraph = async (server, format, triples, documents, communities) => {
  const entities = new Set(triples.flatMap((t) => [t.subject, t.object]));
  const answer = await server.export_graph({
    format, documents: documents.map((d) => d.name),
    triples: triples.map((t) => [t.document, t.subject, t.predicate, t.object, t.subject_span, t.object_span, t.score]),
    communities: Object.fromEntries([...entities].map((text) => [text, communities[text] ?? 0])),
  });
  return answer || { error: { zh: "连不上服务器，请稍后重试", en: "the server cannot be reached; please try again" } };
};

const DRAWN = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "paint-order", "opacity", "font-size", "font-weight", "font-family", "visibility"];
// What XML cannot hold, however it is written.
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu;

// The whole drawing as a picture of its own, with the styles that the page gives it. {text, width, height}.
/** @param {SVGSVGElement} drawing */
const pictureOf = (drawing) => {
  const background = getComputedStyle(drawing.parentElement ?? drawing).backgroundColor;
  const extent = [...drawing.children].map((layer) => /** @type {SVGGElement} */ (layer).getBBox()).filter((b) => b.width || b.height);
  const [left, top] = [Math.min(...extent.map((b) => b.x)) - 24, Math.min(...extent.map((b) => b.y)) - 24];
  const [right, bottom] = [Math.max(...extent.map((b) => b.x + b.width)) + 24, Math.max(...extent.map((b) => b.y + b.height)) + 24];
  const [width, height] = [Math.ceil(right - left), Math.ceil(bottom - top)];
  const copied = /** @type {SVGSVGElement} */ (drawing.cloneNode(true));
  const originals = drawing.querySelectorAll("*");
  copied.querySelectorAll("*").forEach((node, i) => {
    const style = getComputedStyle(originals[i]);
    node.style.cssText = DRAWN.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";");
    for (const name of ["class", "tabindex", "role", "aria-label"]) node.removeAttribute(name);
    if (node.tagName === "text") node.textContent = node.textContent.replace(UNPRINTABLE, "");
  });
  copied.querySelectorAll("circle:first-child, path:first-child").forEach((hit) => hit.remove());
  for (const name of ["style", "tabindex", "role", "aria-label"]) copied.removeAttribute(name);
  const frame = { xmlns: "http://www.w3.org/2000/svg", viewBox: `${left} ${top} ${width} ${height}`, width, height };
  Object.entries(frame).forEach(([name, value]) => copied.setAttribute(name, String(value)));
  copied.prepend(svg("rect", { x: left, y: top, width, height, fill: background }));
  return { text: new XMLSerializer().serializeToString(copied), width, height };
};

/** @param {{text: string, width: number, height: number}} given */
const savePng = ({ text, width, height }) => new Promise((resolve, reject) => {
  const scale = Math.min(2, 8000 / Math.max(width, height));
  const image = new Image();
  image.onload = () => {
    const canvas = h("canvas", { width: Math.round(width * scale), height: Math.round(height * scale) });
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => {
      if (blob) save("triples", "png", "image/png", blob);
      resolve(undefined);
    }, "image/png");
  };
  image.onerror = reject;
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
});

// The buttons under the graph. `now()` gives {triples, documents, communities, drawing}.
/**
 * @param {() => Shown} now
 * @param {Server} server
 * @param {(told: {error: Message}) => void} tell
 */
export const graphTools = (now, server, tell) => {
  /**
   * @param {string} format
   * @param {string} extension
   * @param {string} type
   */
  const write = async (format, extension, type) => {
    const { triples, documents, communities } = now();
    const answer = await askForGraph(server, format, triples, documents, communities);
    if (answer.error) tell(answer);
    else save("triples", extension, type, answer.text);
  };
  /**
   * @param {string} label
   * @param {() => unknown} act
   */
  const button = (label, act) => tool(label, act, { "aria-label": say(`下载 ${label}`, `Download ${label}`) });
  return h("div", { class: "tools" },
    button("SVG", () => save("triples", "svg", "image/svg+xml", pictureOf(now().drawing).text)),
    button("PNG", () => savePng(pictureOf(now().drawing))),
    button("Turtle", () => write("turtle", "ttl", "text/turtle")),
    button("GraphML", () => write("graphml", "graphml", "application/graphml+xml")));
};
