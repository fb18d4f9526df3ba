import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, emit }) => {
  /** @param {any} value */
  const draw = (value) => {
    const questions = value?.questions || [];
    root.replaceChildren(...(questions.length ? [
      h("div", { class: "chips", role: "group", "aria-label": say("建议的问题", "Suggested questions") },
        h("small", {}, say("试试：", "Try:")),
        questions.map((/** @type {string} */ question) =>
          h("button", { type: "button", lang: "zh", onclick: () => emit("ask", { question }) }, question)))] : []));
  };

  return draw;
};
