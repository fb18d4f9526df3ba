// Follows the passage of the view above (window.modouQA), and asks the server about it once it is looked at.

import { beamTree } from "modou/qa_pairs/views/beams.js";
import { focused, h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { percent } from "modou/views/numbers.js";

/** @import { qa_pairs } from "modou/views/types.js" */

/** @typedef {NonNullable<Window["modouQA"]>} Shown the passage above and its pairs */

const METHOD = () => [
  h("p", {}, say(
    "做法来自苏剑林的博文：把“文章 → 答案 → 问题”当作一个序列来生成，先有答案，再有问题。这里答案不是逐字写出来的，而是从文章里挑一段，所以一定是原文。",
    "The idea is from a post by Su Jianlin: generate passage → answer → question as one sequence, the answer before the question. Here the answer is not written but picked, so that it is always a piece of the passage."), " ",
  h("a", { href: "https://kexue.fm/archives/7630", target: "_blank", rel: "noopener noreferrer" }, "学会提问的BERT")),
  h("ul", {},
    h("li", {}, say("一、挑答案：先选开头，再选结尾，按概率抽样（top-p），所以每个随机种子得到不同的答案；抽过的地方不再抽，同一句话的权重也随之下降。", "1. Pick answers: first a start, then an end, sampled from the likeliest ones (top-p), so that each seed draws others; no two overlap, and a sentence already asked about weighs less.")),
    h("li", {}, say("二、写问题：中文的疑问词就站在答案的位置上，所以先照原句改写：把答案换成疑问词，原句省略的主语补上，得到几种问法；改写不成的，用束搜索一个字一个字地写，每一步只留下最可能的几种写法；写完的几种里，取和其余最相像的一种，不一定是概率最大的。", "2. Write the question: a Chinese question word stands where the answer stands, so the sentence itself is turned into a few questions, with the word for the answer and the subject where it was left out; where that cannot be done, beam search writes one character by character and keeps the likeliest few wordings at each step; of those it ends with, the one most like the others is taken, not always the likeliest.")),
    h("li", {}, say("三、核对：另一个模型只看文章和问题，自己去找答案；找到的和原来的一样，这一对才算通过。最可能的几种问法它都读一遍，再按“写得出的概率、找得回的把握、有没有点名”等二十项估计问得对、问得好的把握，取最高的一种；这些权重是照人工评判拟合的，把握太小的不算通过。", "3. Check: another model reads passage and question only and finds the answer for itself; a pair passes where the two agree. It reads the likeliest wordings; from twenty figures (the probability of writing it, of finding the answer again, whether it names what it asks about ...) with weights fitted to pairs judged by hand comes how likely each is right and well put; the best is taken, and one that is too unlikely does not pass.")))];

/**
 * @param {string} passage
 * @param {number[]} begins
 */
const strip = (passage, begins) => {
  const most = Math.max(1e-6, ...begins);
  /** @type {(string | HTMLElement)[]} */
  const parts = [];
  let plain = "";
  [...passage].forEach((character, i) => {
    const share = begins[i] / most;
    if (share < 0.02) {
      plain += character;
      return;
    }
    if (plain) parts.push(plain);
    plain = "";
    parts.push(h("span", { style: `--p:${Math.round(85 * Math.sqrt(share))}%`, title: percent(begins[i]) }, character));
  });
  return h("p", { class: "begins", lang: "zh", tabindex: "0" }, ...parts, plain);
};

/** @param {qa_pairs.Inside} inside */
const substituted = (inside) => (inside.substituted.length ? [
  h("p", {}, say("照原句改写出的问法，和每个字的平均概率：", "Made from the sentence itself, with the mean probability of a character:")),
  h("ol", { class: "substituted" }, inside.substituted.map(([text, score]) =>
    h("li", {}, h("span", { lang: "zh" }, text), " ", h("small", {}, percent(Math.exp(score))))))] : []);

/**
 * @param {[number, number]} a
 * @param {[number, number]} b
 */
const sameSpan = (a, b) => a[0] === b[0] && a[1] === b[1];

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, element, server }) => {
  /** @type {{id: string, span: [number, number]} | null} */
  let chosen = null; // the span whose question is shown; null: that of the best pair
  /** @type {{key: string, inside: qa_pairs.Inside, pairs: string} | null} */
  let drawn = null; // {key, inside, pairs}: what the server said last, and the pairs to choose from
  let latest = 0;

  /** @param {qa_pairs.Inside} inside */
  const bars = (inside) => {
    const most = Math.max(1e-9, ...inside.options.map((option) => option.probability));
    return h("ol", { class: "options" }, inside.options.map((option) => h("li", { class: option.nucleus ? "nucleus" : null },
      h("button", {
        type: "button", "data-start": option.span[0], "data-end": option.span[1], "aria-pressed": String(sameSpan(option.span, inside.answer)), onclick: () => choose(option.span),
      }, h("span", { lang: "zh" }, option.text), h("i", { style: `--p:${option.probability / most}` }), h("small", {}, percent(option.probability))))));
  };

  /**
   * @param {qa_pairs.Inside} inside
   * @param {Shown["pairs"]} pairs
   */
  const picker = (inside, pairs) => {
    const select = h("select", { "aria-label": say("看哪个问题", "Which question"), onchange: (event) => choose(pairs[Number(event.currentTarget.value)].span) },
      h("option", { value: "", disabled: true }, say("选一个问答对", "choose a pair")),
      pairs.map((pair, i) => h("option", { value: i }, pair.question)));
    const current = pairs.findIndex((pair) => sameSpan(pair.span, inside.answer));
    select.value = current < 0 ? "" : String(current);
    return select;
  };

  /**
   * @param {Shown} page
   * @param {qa_pairs.Inside} inside
   */
  const render = (page, inside) => {
    const answer = [...page.passage].slice(...inside.answer).join("");
    // What had the keyboard's focus is drawn anew.
    const focus = focused();
    const had = focus && root.contains(focus) ? focus : null;
    root.replaceChildren(
      h("div", { class: "method" }, METHOD()),
      h("h4", {}, say("一、答案可能从哪里开始", "1. Where an answer may begin")),
      h("p", {}, say("颜色越深，越可能从这个字开始。", "The deeper the colour, the likelier an answer begins here.")),
      strip(page.passage, inside.begins),
      h("h4", {}, say("二、可能的答案", "2. Possible answers")),
      h("p", {}, say(
        `最可能的 ${inside.options.length} 段。实色的属于合起来占 ${percent(page.top_p)} 概率的那一批，答案从中抽样；点一段，看它的问题怎样写出来。`,
        `The ${inside.options.length} likeliest. Those in full colour are among the ones that hold ${percent(page.top_p)} of the probability together, and answers are drawn from these; click one to see its question being written.`)),
      bars(inside),
      h("h4", {}, say("三、问题怎样写出来", "3. How a question is written")),
      h("div", { class: "which" }, page.pairs.length ? picker(inside, page.pairs) : null,
        h("p", {}, say("答案：", "Answer: "), h("b", { lang: "zh" }, answer), say("，问题：", ", question: "), h("b", { lang: "zh" }, inside.question))),
      ...substituted(inside),
      h("p", {}, say(
        `束宽 ${page.beams}：每一列是一步里留下的写法，越靠上越可能；红线是最后选中的，也就是和其余写法最相像的。点一个字，或用方向键，看它后面最可能接什么。`,
        `Beam size ${page.beams}: a column holds the wordings kept at one step, the likelier the higher; the red line won, being most like the others. Click a character, or use the arrow keys, to see what was likeliest to follow.`)),
      ...beamTree(inside));
    if (had?.dataset.start) root.querySelector(`[data-start="${had.dataset.start}"][data-end="${had.dataset.end}"]`)?.focus({ preventScroll: true });
    else if (had?.tagName === "SELECT") root.querySelector("select")?.focus({ preventScroll: true });
  };

  /**
   * @param {Shown} page
   * @param {string} key
   * @param {qa_pairs.Inside} inside
   */
  const show = (page, key, inside) => {
    drawn = { key, inside, pairs: JSON.stringify(page.pairs) };
    render(page, inside);
  };

  const isLookedAt = () => element.isConnected && element.offsetParent !== null;
  const refresh = async () => {
    const page = window.modouQA;
    if (!isLookedAt()) return;
    if (!page) {
      [drawn, chosen] = [null, null];
      root.replaceChildren(h("div", { class: "method" }, METHOD()), h("p", { class: "hint" }, say("先生成问答对，这里会画出它们是怎样来的。", "Generate pairs first; how they came about is drawn here.")));
      return;
    }
    if (page.running) return;
    if (chosen && chosen.id !== page.id) chosen = null;
    const span = chosen ? chosen.span : page.pairs[0]?.span || null;
    const key = JSON.stringify([page.id, span]);
    if (key === drawn?.key) {
      if (drawn.pairs !== JSON.stringify(page.pairs)) show(page, key, drawn.inside);
      return;
    }
    latest += 1;
    const number = latest;
    root.setAttribute("aria-busy", "true");
    let answer;
    try {
      answer = await server.look_inside({ passage: page.passage, span, top_p: page.top_p, beams: page.beams });
    } catch {
      answer = null;
    }
    if (number !== latest) return;
    root.removeAttribute("aria-busy");
    if (answer?.busy) {
      // The server is full for the moment; what is drawn stands until it has time.
      setTimeout(refresh, 1500);
      return;
    }
    if (!answer?.inside) {
      root.replaceChildren(h("div", { class: "method" }, METHOD()), h("p", { class: "error", role: "alert" },
        answer?.error ? say(answer.error.zh, answer.error.en) : say("服务器没有回答", "the server did not answer")));
      return;
    }
    show(page, key, answer.inside);
  };
  /** @param {[number, number]} span */
  const choose = (span) => {
    if (!window.modouQA) return;
    chosen = { id: window.modouQA.id, span };
    refresh();
  };
  const draw = () => {
    root.replaceChildren(h("div", { class: "method" }, METHOD()));
    refresh();
  };
  window.addEventListener("modou-qa", refresh);
  // Opening the accordion makes it visible without telling anybody.
  new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) refresh(); }).observe(element);

  return draw;
};
