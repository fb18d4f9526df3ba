// A line under a field: what was read from it, or why it cannot be used.

import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root }) => {
  /** @param {any} value */
  const draw = (value) => {
    const { error, ...told } = value || {};
    const { zh: chinese, en: english } = error || told;
    root.replaceChildren(...(chinese ? [h("p", { class: error ? "error" : "", role: error ? "alert" : "status" }, say(chinese, english))] : []));
  };

  return draw;
};
