// What a model chose among, with bars for how likely each was.

import { h } from "modou/views/dom.js";
import { percent } from "modou/views/numbers.js";

/** @typedef {{label: any, probability: number, chosen: boolean}} Option */

/**
 * @param {Option[]} options
 * @param {(label: any) => string} text
 */
export const bars = (options, text) => h("ol", { class: "options" }, options.map((option) => h("li", { class: option.chosen ? "chosen" : "" },
  h("span", {}, text(option.label)), h("i", { style: `--p:${option.probability}` }), h("small", {}, percent(option.probability)))));
