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
  tool(say("下载 JSON", "Download JSON"), () => save(name, "json", "application/json", value.json)),
  tool(say("下载 CSV", "Download CSV"), () => save(name, "csv", "text/csv", value.csv)));

/**
 * What went wrong, and that what is below is older than that.
 *
 * @param {Message} message
 * @param {boolean} isAbove whether something from before is left
 */
export const wrong = (message, isAbove) => h("p", { class: "told error", role: "alert" }, say(message.zh, message.en),
  isAbove ? h("small", { class: "before" }, say("下面仍是上一次的内容。", "What is below is from before.")) : null);

// On a phone the result is below what was entered.
/** @param {HTMLElement} root */
const reveal = (root) => {
  if (root.getBoundingClientRect().top > 0.7 * window.innerHeight) root.scrollIntoView({ block: "start" });
};

// What a view keeps of the result that fills `root`.
/** @param {HTMLElement} root */
export const makeSheet = (root) => {
  /** @type {any} what the view was sent, which only the view knows */
  let last = null;
  const sheet = {
    // The result on the page, or null. An error does not end it: what was found before stays, and is marked as that.
    get last() { return last; },
    set last(value) {
      last = value;
      root.classList.remove("earlier");
    },

    /** Shows a result that is new where it is out of sight. */
    reveal() {
      requestAnimationFrame(() => reveal(root));
    },

    // Above whatever is on the page, in place of what was told before.
    /** @param {{error?: Message, notice?: Message}} given */
    tell({ error, notice }) {
      root.querySelector(":scope > .told")?.remove();
      if (!last) root.replaceChildren();
      root.prepend(error ? wrong(error, root.classList.contains("earlier"))
        : h("p", { class: "told", role: "status" }, say(notice?.zh ?? "", notice?.en ?? "")));
      reveal(root);
    },

    // Whether `value` is no result; then its error or notice is on the page, or else what the view is for.
    /**
     * @param {any} value
     * @param {boolean} isResult
     * @param {string} purpose
     */
    nothingToDraw(value, isResult, purpose) {
      if (value?.error || value?.notice) {
        root.classList.toggle("earlier", Boolean(value.error && last));
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
