// A link to this tab with what is filled in, for the clipboard.

import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

// Longer addresses are cut off on their way by some servers and messengers.
const LONGEST = 8000;
/** @param {string} id */
const read = (id) => {
  const box = document.querySelector(`#${id} textarea`);
  return box instanceof HTMLTextAreaElement ? box.value.trim() : "";
};
/** @param {string} id */
const chosen = (id) => {
  const radio = document.querySelector(`#${id} input[type=radio]:checked`);
  return radio instanceof HTMLInputElement ? radio.value : null;
};

// What the tab, or a pane of it, was given, by the names of `demos/shell/links.py`, or null where there is nothing yet.
/** @type {Record<string, () => Record<string, string | null | undefined> | null>} */
const CARRIES = {
  triples: () => (read("triples-text") ? { text: read("triples-text"), model: chosen("triples-model") } : null),
  triples_events: () => (read("events-text") ? { mode: "events", text: read("events-text") } : null),
  qa_pairs: () => (read("qa_pairs-passage") ? { passage: read("qa_pairs-passage") } : null),
  similarity: () => (read("similarity-a") && read("similarity-b")
    ? { a: read("similarity-a"), b: read("similarity-b"), model: chosen("similarity-model") } : null),
  text2sql: () => (read("text2sql-question") ? { example: chosen("text2sql-example"), question: read("text2sql-question") } : null),
  xiangqi: () => {
    const { start, moves } = window.modouXiangqi || { start: "", moves: [] };
    const usual = !start || start.startsWith("rnbakabnr/9/1c5c1/p1p1p1p1p/9/9/P1P1P1P1P/1C5C1/9/RNBAKABNR w");
    return moves.length || !usual ? { moves: moves.join(" ") || null, fen: usual ? null : start } : null;
  },
};

// The example's radio is on the page only while its pane is; the table shown tells just as well.
/** @param {Record<string, string>} tables */
const shownTable = (tables) => {
  const name = document.querySelector("#text2sql-table h3")?.textContent;
  return Object.keys(tables || {}).find((key) => tables[key] === name);
};

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root }) => {
  /** @param {{tab: string, mode?: string, tables: Record<string, string>}} given */
  const build = ({ tab, mode, tables }) => {
    const field = h("input", { type: "text", readonly: true, hidden: true, "aria-label": say("链接", "Link") });
    const told = h("span", { class: "said", role: "status" });
    /** @param {string} text */
    const tellOnly = (text) => {
      field.hidden = true;
      told.textContent = text;
    };
    const share = async () => {
      const carried = CARRIES[mode ? `${tab}_${mode}` : tab]();
      if (!carried) return tellOnly(say("先填写输入，再分享。", "Fill something in first."));
      if (tab === "text2sql") carried.example = shownTable(tables);
      if (tab === "text2sql" && !carried.example) {
        return tellOnly(say("链接带不走您自己的表格，只有示例表格可以分享。", "A link cannot carry a table of your own, only the samples."));
      }
      const url = new URL(location.pathname, location.origin);
      url.searchParams.set("tab", tab);
      for (const [name, value] of Object.entries(carried)) if (value) url.searchParams.set(name, value);
      if (url.href.length > LONGEST) {
        const [is, most] = [url.href.length, LONGEST].map((n) => n.toLocaleString("en"));
        return tellOnly(say(`内容太长，放不进链接：${is} 个字符，上限 ${most}（一个汉字占 9 个）。`,
          `Too long for a link: ${is} characters, the limit is ${most} (a Chinese character takes 9).`));
      }
      try {
        await navigator.clipboard.writeText(url.href);
        return tellOnly(say("链接已复制", "Link copied"));
      } catch {
        // No permission (an iframe, plain http): the visitor copies it.
        tellOnly(say("请复制这个链接：", "Please copy this link:"));
        field.hidden = false;
        field.value = url.href;
        field.focus();
        field.select();
      }
      return null;
    };
    root.replaceChildren(h("button", { type: "button", onclick: share }, say("分享此结果", "Share this result")), told, field);
  };
  /** @param {any} value */
  const draw = (value) => { if (value?.tab) build(value); };

  return draw;
};
