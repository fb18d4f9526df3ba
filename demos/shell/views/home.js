// The first view. What the models make of the examples is asked for one after the other, once the cards are looked at.

import { DRAWINGS } from "modou/shell/views/drawings.js";
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

/** @import { Child } from "modou/views/dom.js" */
/** @import { Message } from "modou/views/result.js" */

/**
 * @typedef {object} Card
 * @property {string} task
 * @property {Message} title
 * @property {Message} says
 * @property {Message} data
 * @property {Message} figure
 * @property {{name: string, parameters: number, megabytes: number}[]} models
 * @property {{title: string, url: string}[]} links
 */

/**
 * @param {string} label
 * @param {...Child} words
 */
const fact = (label, ...words) => h("div", {}, h("dt", {}, label), h("dd", {}, ...words));
/** @param {number} n */
const millions = (n) => `${(n / 1e6).toFixed(1)}M`;

// Milliseconds that a link to another tab has to get there.
const LINKED = 8000;

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, element, server, emit }) => {
  /** @param {Card} given */
  const card = ({ task, title, says, data, figure, models, links }) => {
    const drawing = h("div", { class: "drawing", "aria-hidden": "true" }, h("span", { class: "waiting" }, say("模型正在读示例…", "The model is reading an example…")));
    const latency = h("dd", {}, say("测量中…", "measuring…"));
    /** @param {MouseEvent} event */
    const open = (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      emit("open", { tab: task });
    };
    const megabytes = models.map((model) => model.megabytes.toFixed(1)).join(" + ");
    const node = h("article", { class: "card", "aria-label": say(title.zh, title.en) },
      h("h2", {}, h("a", { href: `?tab=${task}`, onclick: open }, say(title.zh, title.en)), h("small", {}, say(says.zh, says.en))),
      drawing,
      h("dl", {},
        fact(say("参数", "Parameters"), models.map((model) => millions(model.parameters)).join(" + ")),
        fact(say("大小", "Size"), `${megabytes} MB`),
        h("div", {}, h("dt", {}, say("本机用时", "Latency here")), latency),
        fact(say("训练数据", "Data"), say(data.zh, data.en)),
        fact(say("验证集", "Dev figure"), say(figure.zh, figure.en))),
      h("p", { class: "links" }, links.map(({ title: name, url }) => h("a", { href: url, target: "_blank", rel: "noopener" }, name))));
    /** @param {any} answer */
    const fill = (answer) => {
      if (answer.error) {
        drawing.replaceChildren(h("span", { class: "waiting" }, say(answer.error.zh, answer.error.en)));
        latency.textContent = "—";
        return;
      }
      drawing.replaceChildren(DRAWINGS[task](answer.shown));
      const ms = answer.milliseconds;
      const at = new Date(1000 * answer.at).toLocaleString(say("zh-CN", "en-GB"), { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
      latency.replaceChildren(`${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`, h("small", {}, say(`（测于 ${at}）`, ` (measured ${at})`)));
    };
    return { node, task, fill };
  };

  // The tour is a deck; the link to it can be sent on.
  /** @param {string} tour */
  const welcome = (tour) => h("p", { class: "welcome" },
    h("span", {}, say("五个演示，每个结果都由模型在这台机器上当场算出。第一次来？", "Five demos; every result is computed here and now by small models. New here?")),
    h("a", { class: "tour", href: `?present=1&deck=${tour}`, onclick: (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      window.dispatchEvent(new CustomEvent("modou-present", { detail: tour }));
    } }, say("▶ 90 秒导览", "▶ 90-second tour")));

  /** @param {string} task */
  const ask = async (task) => {
    const offline = { error: { zh: "连不上服务器", en: "the server cannot be reached" } };
    for (let tries = 1; element.isConnected; tries += 1) {
      const answer = (await server.thumbnail({ task })) || offline;
      if (!answer.busy || tries > 10) return answer;
      await new Promise((done) => { setTimeout(done, 500 * tries); });
    }
    return null;
  };

  let drawn = false;
  /** @param {any} value */
  const draw = (value) => {
    if (drawn || !value?.cards) return;
    drawn = true;
    /** @type {ReturnType<typeof card>[]} */
    const cards = value.cards.map(card);
    root.replaceChildren(welcome(value.tour), ...cards.map((one) => one.node));
    // A link to a tab that there is passes by here first; nothing need be drawn for that.
    const address = new URLSearchParams(location.search);
    let passing = ["present", "deck"].some((name) => address.has(name)) || cards.some((one) => one.task === address.get("tab"));
    const watcher = new IntersectionObserver(async (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) {
        passing = false;
        return;
      }
      if (passing) return;
      watcher.disconnect();
      for (const one of cards) {
        const answer = await ask(one.task);
        if (answer) one.fill(answer);
      }
    });
    watcher.observe(root);
    // Who is still here by then has followed a link that leads nowhere.
    if (passing) setTimeout(() => { passing = false; watcher.unobserve(root); watcher.observe(root); }, LINKED);
  };

  return draw;
};
