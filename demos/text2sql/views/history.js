import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { count } from "modou/views/numbers.js";

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, emit }) => {
  let isOpen = false;
  /** @param {any} value */
  const draw = (value) => {
    const entries = value?.entries || [];
    if (!entries.length) {
      isOpen = false;
      root.replaceChildren();
      return;
    }
    const list = h("details", { open: isOpen, ontoggle: (e) => { isOpen = e.currentTarget.open; } },
      h("summary", {}, say(`问过的问题（${entries.length}）`, `Asked before (${entries.length})`)),
      h("ol", {}, entries.map((/** @type {{question: string, name: string, total: number, refused: boolean}} */ entry, /** @type {number} */ i) => h("li", {},
        h("button", { type: "button", title: say("再问一次", "Ask again"), onclick: () => emit("again", { entry: i }) },
          h("span", { lang: "zh" }, entry.question),
          h("small", {}, h("span", { lang: "zh" }, entry.name), ` · ${entry.refused ? say("没有答案", "no answer") : say(`${count(entry.total)} 行`, `${count(entry.total)} ${entry.total === 1 ? "row" : "rows"}`)}`))))),
      h("button", { type: "button", class: "forget", onclick: () => emit("forget", {}) }, say("清除记录", "Clear")));
    root.replaceChildren(list);
  };

  return draw;
};
