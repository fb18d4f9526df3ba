// The triples that a visitor's own model finds in a sentence.

import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { duration, percent } from "modou/views/numbers.js";
import { makeSheet } from "modou/views/result.js";

/** @import { triples } from "modou/views/types.js" */

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root }) => {
  const sheet = makeSheet(root);
  /** @param {any} value */
  const draw = (value) => {
    sheet.last = null;
    if (value?.error) {
      sheet.tell(value);
      return;
    }
    if (value?.json === undefined) {
      root.replaceChildren();
      return;
    }
    const { triples, milliseconds } = JSON.parse(value.json);
    root.replaceChildren(
      h("p", { class: "summary", role: "status" },
        say(`${triples.length} 个三元组 · 用时 ${duration(milliseconds)}`, `Triples: ${triples.length} · ${duration(milliseconds)}`)),
      h("ul", {}, triples.map((/** @type {triples.Triple} */ t) => h("li", {},
        h("b", { lang: "zh" }, t.subject), h("i", { lang: "zh" }, t.predicate), h("b", { lang: "zh" }, t.object),
        h("small", {}, percent(t.score))))));
  };

  return draw;
};
