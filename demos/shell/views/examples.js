import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

/** @import { Message } from "modou/views/result.js" */

/** @typedef {{label: Message, says: Message, fails: boolean}} Example */

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, emit }) => {
  const told = h("p", { class: "says", role: "status" });
  /**
   * @param {Example} example
   * @param {number} number
   */
  const chip = ({ label, says, fails }, number) => h("button", {
    type: "button", class: fails ? "fails" : "", onclick: () => {
      told.replaceChildren(h("b", {}, say(label.zh, label.en)), say(says.zh, says.en));
      told.classList.toggle("fails", fails);
      emit("choose", { example: number });
    } }, say(label.zh, label.en));

  /** @param {{examples?: Example[]} | null | undefined} value */
  const draw = (value) => {
    told.replaceChildren();
    root.replaceChildren(
      h("div", { class: "chips", role: "group", "aria-label": say("示例", "Examples") }, h("small", {}, say("示例：", "Examples:")), (value?.examples || []).map(chip)),
      told);
  };

  return draw;
};
