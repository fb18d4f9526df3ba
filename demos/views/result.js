// What the views of a result share: what can be done with it, and what stands there without one.
import { h } from "modou/views/dom.js";
import { copy, save } from "modou/views/files.js";
import { say } from "modou/views/language.js";

/** @import { Attributes } from "modou/views/dom.js" */

/** @typedef {{zh: string, en: string}} Message in both languages */


/**
 * @param {string} label
 * @param {Attributes<HTMLButtonElement>["onclick"]} act
 * @param {Attributes<HTMLButtonElement>} [attributes]
 */
export const tool = (label, act, attributes = {}) => h("button", { type: "button", onclick: act, ...attributes }, label);

// The CSV begins with a byte order mark for Excel; where it is pasted that would be a character of the first name.
/**
 * @param {{json: string, csv: string}} value
 * @param {string} name
 */
export const toolbar = (value, name) => h("div", { class: "tools" },
  tool(say("复制 JSON", "Copy JSON"), (e) => copy(value.json, e.currentTarget)),
  tool(say("复制 CSV", "Copy CSV"), (e) => copy(value.csv.replace("\ufeff", ""), e.currentTarget)),
  tool(say("下载 JSON", "Download JSON"), () => save(`${name}.json`, "application/json", value.json)),
  tool(say("下载 CSV", "Download CSV"), () => save(`${name}.csv`, "text/csv", value.csv)));

// What a view keeps of the result that fills `root`.
/** @param {HTMLElement} root */
export const makeSheet = (root) => {
  const sheet = {
    // The result on the page, or null. An error does not end it: what was found before stays.
    /** @type {any} what the view was sent, which only the view knows */
    last: null,

    // Above whatever is on the page, in place of what was told before.
    /** @param {{error?: Message, notice?: Message}} given */
    tell({ error, notice }) {
      root.querySelector(".told")?.remove();
      if (!sheet.last) root.replaceChildren();
      const message = error || notice || { zh: "", en: "" };
      root.prepend(h("p", { class: error ? "told error" : "told", role: error ? "alert" : "status" }, say(message.zh, message.en)));
    },

    // Whether `value` is no result; then its error or notice is on the page, or else what the view is for.
    /**
     * @param {any} value
     * @param {boolean} isResult
     * @param {string} purpose
     */
    nothingToDraw(value, isResult, purpose) {
      if (value?.error || value?.notice) {
        sheet.tell(value);
        return true;
      }
      if (isResult) return false;
      sheet.last = null;
      root.replaceChildren(h("p", { class: "hint" }, purpose));
      return true;
    },
  };
  return sheet;
};
