// A checkpoint of the host's choosing: what it is, how far its load is, and its answer beside ours.
import { megabytes, progressLine } from "modou/shell/views/progress.js";
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { cellText, duration } from "modou/views/numbers.js";

/** @import { Message } from "modou/views/result.js" */

/** @typedef {{name: string, kind: Message, megabytes: number, licence: string, note: Message | null}} Facts */
/** @typedef {{who: Message, error?: Message, milliseconds: number, head: Message[], rows: any[][], total: number, code: string}} Side */

/** @param {Message} words */
const both = (words) => say(words.zh, words.en);

/** @param {Facts} facts */
const factsLine = (facts) => h("p", { class: "facts" },
  h("strong", {}, facts.name), ` · ${both(facts.kind)} · ${megabytes(facts.megabytes)} · `,
  facts.licence ? say(`许可：${facts.licence}`, `licence: ${facts.licence}`) : say("没有写明许可", "no licence stated"),
  facts.note ? ` · ${both(facts.note)}` : "");

/** @param {any} value */
const stateLine = ({ facts, loaded, unloaded, process }) => {
  const whole = process ? say(`服务器进程共用内存 ${megabytes(process)}。`, ` The server's process has ${megabytes(process)} in all.`) : "";
  if (loaded) {
    return say(
      `已载入，用时 ${loaded.seconds.toFixed(1)} 秒，权重占内存 ${megabytes(loaded.megabytes)}。`,
      `Loaded in ${loaded.seconds.toFixed(1)} s; its weights take ${megabytes(loaded.megabytes)} of memory.`) + whole;
  }
  if (unloaded) return say("已卸载。", "Unloaded.") + whole;
  return facts ? say("尚未载入。", "Not loaded yet.") : "";
};

/** @param {Side} side */
const sidePanel = (side) => h("section", { class: "side" },
  h("h4", {}, both(side.who), side.error ? "" : h("small", {}, ` ${duration(side.milliseconds)}`)),
  side.error ? h("p", { class: "told error", role: "alert" }, both(side.error)) : [
    side.code ? h("pre", {}, h("code", {}, side.code)) : "",
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": both(side.who) }, h("table", {},
      h("thead", {}, h("tr", {}, side.head.map((name) => h("th", { scope: "col" }, both(name))))),
      h("tbody", {}, side.rows.map((row) => h("tr", {}, row.map((cell) =>
        h("td", { class: typeof cell === "number" ? "number" : "" }, cell === null ? "–" : cellText(cell)))))))),
    side.total > side.rows.length ? h("p", { class: "more" }, say(`共 ${side.total} 行`, `${side.total} rows in all`)) : "",
    side.total ? "" : h("p", { class: "more" }, say("什么也没有找到", "Nothing was found")),
  ]);

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root }) => {
  /** @param {any} sent */
  const draw = (sent) => {
    const value = sent || {};
    const { facts, progress, error, sides, looking } = value;
    root.replaceChildren(
      facts ? factsLine(facts) : error ? "" : looking ? h("p", { class: "state", role: "status" }, say(
        `正在看 ${looking} 是什么模型……`, `Looking at what ${looking} is …`)) : h("p", { class: "facts" }, say(
        "选一个模型，先看大小和许可，再载入；然后可以让它和我们的模型回答同一个输入。",
        "Choose a checkpoint to see its size and licence, then load it; it can then answer the same input as our model.")),
      progress ? progressLine(progress) : facts ? h("p", { class: "state", role: "status" }, stateLine(value)) : "",
      error ? h("p", { class: "told error", role: "alert" }, both(error)) : "",
      sides ? h("div", { class: "sides" }, sides.map(sidePanel),
        sides.length < 2 ? h("section", { class: "side" }, h("p", { class: "more", role: "status" }, sides.length
          ? say("另一个模型在想…", "The other model is at work…") : say("我们的模型在想…", "Our model is at work…"))) : "") : "");
  };

  return draw;
};
