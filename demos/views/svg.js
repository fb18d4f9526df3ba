import { present } from "modou/views/dom.js";

/** @import { Child } from "modou/views/dom.js" */

/**
 * svg("tag", {attributes}, ...children): as h(), for drawings.
 *
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} attributes
 * @param {...(Child | Child[])} children
 */
export const svg = (tag, attributes = {}, ...children) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) node.setAttribute(key, String(value));
  }
  node.append(...present(children));
  return node;
};

/**
 * About how wide a text is in our fonts, without asking the page to lay it out.
 *
 * @param {string} text
 * @param {number} size
 */
export const widthOf = (text, size) =>
  [...text].reduce((sum, c) => sum + ((c.codePointAt(0) ?? 0) > 0x2e7f ? 1 : 0.62) * size, 0);
