import { h, targetOf } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { duration } from "modou/views/numbers.js";
import { makeSheet, toolbar } from "modou/views/result.js";

/**
 * @typedef {object} Found
 * @property {string} query
 * @property {Hit[]} hits
 * @property {"line" | "row"} unit
 * @property {number} sentences
 * @property {number} left_out
 * @property {number} centroid_skipped
 * @property {number} relaxed_skipped
 * @property {number} solved
 * @property {number} milliseconds
 * @property {number | null} reading
 * @property {string} json
 * @property {string} csv
 */
/** @typedef {{rank: number, number: number, sentence: string, wrd: number}} Hit */

/** @param {number} n */
const count = (n) => n.toLocaleString("en");
/**
 * @param {"line" | "row"} unit
 * @param {number} n
 */
const place = (unit, n) => ({
  line: say(`第 ${count(n)} 行`, `line ${count(n)}`),
  row: say(`数据第 ${count(n)} 行`, `row ${count(n)}`),
})[unit];

// How few transport problems were left to solve, in words and as a bar.
/** @param {Found} value */
const work = (value) => {
  const skipped = value.centroid_skipped + value.relaxed_skipped;
  const share = (100 * skipped) / value.sentences;
  const shown = skipped < value.sentences && share > 99.9 ? share.toFixed(2) : share.toFixed(share > 99 ? 1 : 0);
  /** @type {[string, number, string][]} */
  const parts = [
    ["centroid", value.centroid_skipped, say("重心下界排除", "ruled out by the centroid bound")],
    ["relaxed", value.relaxed_skipped, say("松弛下界排除", "ruled out by the relaxed bound")],
    ["solved", value.solved, say("求解", "solved")]];
  const reading = value.reading === null
    ? say("列表已读过，无需重读", "the list had been read before")
    : say(`首次读取列表 ${duration(value.reading)}`, `reading the list the first time ${duration(value.reading)}`);
  return h("div", { class: "work" },
    h("p", {}, say(
      `与 ${count(value.sentences)} 句精确比较，${shown}% 的运输问题不必求解；查找用时 ${duration(value.milliseconds)}，${reading}。`,
      `Compared exactly with ${count(value.sentences)} ${value.sentences === 1 ? "sentence" : "sentences"}; ${shown}% of the transport problems were skipped. Search ${duration(value.milliseconds)}; ${reading}.`)),
    h("div", { class: "share" }, parts.filter(([, n]) => n).map(([name, n]) => h("i", { class: name, style: `flex-grow:${n}` }))),
    h("p", { class: "legend" }, parts.map(([name, n, label]) => h("span", {}, h("i", { class: name }), `${label} ${count(n)}`))),
    value.left_out ? h("p", { class: "left-out" }, say(
      `另有 ${count(value.left_out)} 句无法比较（太长，或只有标点），已略过。`,
      `Left out as they cannot be compared (too long, or nothing but punctuation): ${count(value.left_out)}.`)) : null);
};

const PURPOSE = say(
  "输入查询句和一列句子，这里会按词旋转距离（WRD）列出最接近的句子。也可以先载入示例列表。",
  "Enter a query and a list of sentences; the closest by Word Rotator's Distance will be ranked here. Or load the sample list.");

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, element, props, emit }) => {
  const sheet = makeSheet(root);
  /**
   * @param {Hit} hit
   * @param {Found} value
   */
  const pick = (hit, value) => {
    emit("pick", { a: value.query, b: hit.sentence });
    // The other pane is shorter than a long list.
    element.closest(".tabs")?.scrollIntoView();
  };

  // The sentence is a button, so that the keyboard reaches it; the whole row takes the mouse.
  /**
   * @param {Hit} hit
   * @param {Found} value
   */
  const row = (hit, value) => h("tr", { onclick: () => pick(hit, value) },
    h("td", { class: "rank" }, hit.rank),
    h("td", { class: "sentence" },
      h("button", { type: "button", title: say("在“比较”中打开", "Open in Compare"), lang: "zh" }, hit.sentence),
      h("small", {}, place(value.unit, hit.number))),
    h("td", { class: "score" },
      h("span", { class: "meter", style: `--p:${Math.min(1, Math.max(0, hit.wrd))}` }), h("span", { class: "number" }, hit.wrd.toFixed(3))));
  /** @param {any} value */
  const draw = (value) => {
    if (sheet.nothingToDraw(value, value?.hits !== undefined, PURPOSE)) return;
    sheet.last = value;
    sheet.reveal();
    const found = value.hits.length;
    root.replaceChildren(
      h("div", { class: "bar" },
        h("p", { class: "summary", role: "status" }, h("strong", {}, found),
          say(" 句最接近：", found === 1 ? " sentence closest to: " : " sentences closest to: "), h("b", { lang: "zh" }, value.query)),
        toolbar(value, "similarity_search")),
      work(value),
      h("table", {},
        h("thead", {}, h("tr", {},
          h("th", { scope: "col", class: "rank" }, say("名次", "Rank")),
          h("th", { scope: "col" }, say("句子（点击与查询句比较）", "Sentence (click to compare it with the query)")),
          h("th", { scope: "col" }, say("WRD 相似度", "WRD similarity")))),
        h("tbody", {}, value.hits.map((/** @type {Hit} */ hit) => row(hit, value)))));
  };

  // A browser takes half a minute to lay out a million lines, only for the server to refuse them.
  document.addEventListener("paste", (event) => {
    const text = element.isConnected && targetOf(event).closest("#similarity-sentences") ? event.clipboardData?.getData("text") ?? "" : "";
    const lines = text.length > props.most ? text.trimEnd().split("\n").length : 0;
    if (lines <= props.most) return;
    event.preventDefault();
    draw({ error: {
      zh: `粘贴的内容有 ${count(lines)} 行，上限 ${count(props.most)} 行；没有粘贴任何一行`,
      en: `there are ${count(lines)} lines to paste, the limit is ${count(props.most)}; none was pasted`,
    } });
  }, true);

  return draw;
};
