// A head for relations of one's own: what was read, F1 and loss epoch by epoch, and the figures of what was kept.

import { h } from "modou/views/dom.js";
import { save } from "modou/views/files.js";
import { say } from "modou/views/language.js";
import { makeSheet, tool } from "modou/views/result.js";
import { svg } from "modou/views/svg.js";

/** @typedef {{sentences: number, relations: Record<string, number>, few: number}} Given what was read */
/** @typedef {{train: number, dev: number, known: string[], untrained: number}} Started */
/** @typedef {{epoch: number, planned: number, loss: number, f1: number, best: boolean, left: number}} Epoch */
/**
 * @typedef {object} Finished
 * @property {number | null} epoch
 * @property {string} why
 * @property {number} seconds
 * @property {number} f1
 * @property {number} untrained
 * @property {Record<string, Scores>} relations
 */
/** @typedef {{gold: number, precision: number, recall: number, f1: number}} Scores */
/** @typedef {{started: Started, epochs: Epoch[], finished?: Finished, megabytes: number}} Training */

/** @param {number} seconds */
const clock = (seconds) => {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
};
/** @type {Record<string, string>} */
const MIME = { jsonl: "application/jsonl", csv: "text/csv" };

/** @param {Given} given */
const summary = ({ sentences, relations, few }) => {
  const names = Object.entries(relations);
  const scarce = names.filter(([, n]) => n < few);
  return h("div", { class: "read" },
    h("p", { class: "summary", role: "status" }, h("strong", {}, sentences), say(` 句，${names.length} 种关系`, ` sentences, relations: ${names.length}`)),
    h("ul", { class: "relations" }, names.map(([name, n]) =>
      h("li", { class: n < few ? "scarce" : "" }, h("b", { lang: "zh" }, name), h("span", {}, n)))),
    scarce.length ? h("p", { class: "warning" }, say(
      `例子少于 ${few} 个的关系（虚线）多半学不会。`, `Relations with fewer than ${few} examples (dashed) will hardly be learnt.`)) : null);
};

const W = 640;
const H = 220;
const [LEFT, RIGHT, TOP, BOTTOM] = [40, 14, 12, 28];

// Both from 0 to 1: F1 as it is, the loss as a share of its highest.
/** @param {Training} given */
const chart = ({ started, epochs, finished }) => {
  const most = Math.max(2, epochs.at(-1)?.planned || 0);
  const highest = Math.max(...epochs.map((e) => e.loss), 1e-9);
  /** @param {number} epoch */
  const x = (epoch) => LEFT + (epoch / most) * (W - LEFT - RIGHT);
  /** @param {number} share */
  const y = (share) => TOP + (1 - share) * (H - TOP - BOTTOM);
  /**
   * @param {[number, number][]} points
   * @param {string} name
   */
  const line = (points, name) => svg("polyline", { class: name, points: points.map(([a, b]) => `${x(a)},${y(b)}`).join(" ") });
  const step = Math.max(1, Math.ceil(most / 10));
  const kept = finished?.epoch ?? epochs.findLast((e) => e.best)?.epoch;
  const at = epochs.find((e) => e.epoch === kept);
  return svg("svg", {
    viewBox: `0 0 ${W} ${H}`, role: "img",
    "aria-label": say("每轮的开发集 F1 与训练损失", "dev F1 and training loss after each epoch"),
  },
  [0, 0.25, 0.5, 0.75, 1].map((share) => svg("g", { class: "tick" },
    svg("line", { x1: LEFT, x2: W - RIGHT, y1: y(share), y2: y(share) }),
    svg("text", { x: LEFT - 6, y: y(share) + 4, "text-anchor": "end" }, share.toFixed(2)))),
  Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step).map((n) =>
    svg("text", { x: x(n), y: H - 8, "text-anchor": "middle" }, n)),
  svg("line", { class: "untrained", x1: LEFT, x2: W - RIGHT, y1: y(started.untrained), y2: y(started.untrained) }),
  line(epochs.map((e) => /** @type {[number, number]} */ ([e.epoch, e.loss / highest])), "loss"),
  line([[0, started.untrained], ...epochs.map((e) => /** @type {[number, number]} */ ([e.epoch, e.f1]))], "f1"),
  epochs.map((e) => svg("circle", { class: "f1", cx: x(e.epoch), cy: y(e.f1), r: 2.5 })),
  at ? svg("circle", { class: "kept", cx: x(at.epoch), cy: y(at.f1), r: 6 }) : null);
};

/** @param {Training} given */
const legend = ({ started, epochs }) => h("p", { class: "legend" },
  h("span", {}, h("i", { class: "f1" }), say("开发集 F1", "dev F1")),
  h("span", {}, h("i", { class: "untrained" }), say(`训练前 F1 ${started.untrained.toFixed(3)}`, `F1 before training ${started.untrained.toFixed(3)}`)),
  h("span", {}, h("i", { class: "loss" }), say("训练损失（相对最高值）", "training loss (share of the highest)")),
  epochs.length ? h("span", {}, say(`横轴：轮次，当前损失 ${epochs[epochs.length - 1].loss.toFixed(2)}`, `across: epochs; loss now ${epochs[epochs.length - 1].loss.toFixed(2)}`)) : null);

// How far it is: a line of text, and a bar as far as the epochs are.
/** @param {{started?: Started, epochs: Epoch[]}} given */
const state = ({ started, epochs }) => {
  const now = epochs.at(-1);
  const told = !started ? say("正在读入模型，并测量训练前的水平……", "Loading the model and measuring it before any training …")
    : !now ? say("第 1 轮……", "Epoch 1 …")
      : say(`第 ${now.epoch} / ${now.planned} 轮 · F1 ${now.f1.toFixed(3)} · 至多还需 ${clock(now.left)}`,
        `Epoch ${now.epoch} of ${now.planned} · F1 ${now.f1.toFixed(3)} · at most ${clock(now.left)} left`);
  return h("div", { class: "state" },
    h("p", { class: "progress", role: "status" }, told),
    h("div", { class: now ? "bar-of" : "bar-of waiting" }, h("i", { style: `width:${now ? (100 * now.epoch) / now.planned : 100}%` })));
};

/** @type {Record<string, string>} */
const WHY = {
  epochs: say("训练完毕", "All epochs done"), patience: say("不再提高，提前结束", "Ended early: no more gain"),
  time: say("时间到", "Out of time"), stopped: say("已停止", "Stopped"),
};
/** @param {Training & {finished: Finished}} given */
const outcome = ({ started, finished, megabytes }) => {
  if (finished.epoch === null) {
    return h("p", { class: "outcome", role: "status" }, say(
      "已停止。还没有比训练前更好的结果，没有保留模型。", "Stopped before anything was better than before training; no model was kept."));
  }
  const rows = Object.entries(finished.relations);
  /** @param {Scores} f */
  const cells = (f) => /** @type {const} */ (["precision", "recall", "f1"]).map((name) => h("td", { class: "figure" }, f[name].toFixed(3)));
  const head = [say("关系", "Relation"), say("例数", "Gold"), say("精确率", "Precision"), say("召回率", "Recall"), "F1"];
  return h("div", { class: "outcome" },
    h("p", { role: "status" }, `${WHY[finished.why]} · ${clock(finished.seconds)} · `,
      h("strong", { class: "final" }, `F1 ${finished.f1.toFixed(3)}`),
      say(`（训练前 ${finished.untrained.toFixed(3)}；取第 ${finished.epoch} 轮，${megabytes.toFixed(1)} MB）`,
        ` (before training ${finished.untrained.toFixed(3)}; epoch ${finished.epoch}, ${megabytes.toFixed(1)} MB)`)),
    finished.epoch === 0 ? h("p", { class: "warning" }, say(
      "训练没有带来提高，保留的是原模型中的这些关系。", "Training brought no gain; what is kept is what the model knew of these relations.")) : null,
    h("p", { class: "note" }, say(
      `在留出的 ${started.dev} 句上测得；轮次和阈值也在这些句子上选定，用在别处会低一些。`,
      `Measured on ${started.dev} sentences kept from training, on which epoch and threshold were chosen too: expect less elsewhere.`)),
    h("table", {},
      h("thead", {}, h("tr", {}, head.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, rows.map(([name, f]) => h("tr", {}, h("td", { lang: "zh" }, name), h("td", { class: "figure" }, f.gold), cells(f))))));
};

const PURPOSE = say(
  "上传 20 到 500 句标注好的句子，模型会在这里学习你的关系：几分钟，只用 CPU，文件不离开这台服务器，关闭页面即删除。",
  "Upload 20 to 500 labelled sentences and a model learns your relations here: some minutes on the CPU. The files stay on this server and are deleted when you close the page.");

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, props }) => {
  const sheet = makeSheet(root);
  const templates = () => h("p", { class: "templates" },
    say("标注模板：", "Templates: "),
    h("span", { class: "tools" }, Object.entries(props.templates).map(([kind, text]) =>
      // The byte order mark tells Excel that a CSV is UTF-8.
      tool(kind.toUpperCase(), () => save("triples_template", kind, MIME[kind], kind === "csv" ? `\ufeff${text}` : text)))));
  /** @param {any} value */
  const draw = (value) => {
    if (sheet.nothingToDraw(value, value?.json !== undefined, PURPOSE)) {
      if (!sheet.last && !root.querySelector(".templates")) root.append(templates());
      return;
    }
    sheet.last = value;
    const found = JSON.parse(value.json);
    const { started, epochs, finished } = found;
    root.replaceChildren(...[
      summary(found.read),
      started ? h("p", { class: "note" }, say(
        `训练 ${started.train} 句，留出 ${started.dev} 句测量`, `${started.train} sentences to train on, ${started.dev} kept to measure on`),
      started.known.length ? say(`；起始模型已认识：${started.known.join("、")}`, `; known to the start model: ${started.known.join(", ")}`) : null) : null,
      epochs && !finished ? state(found) : null,
      started && epochs.length ? h("div", { class: "curves" }, chart(found), legend(found)) : null,
      finished ? outcome(found) : null,
      templates(),
    ].filter((node) => node !== null));
  };

  return draw;
};
