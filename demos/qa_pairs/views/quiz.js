// The pairs as a quiz on the whole screen: a question, and its answer once somebody asks for it, writes it, or chooses it.

import { makeAnswering } from "modou/qa_pairs/views/quiz_answer.js";
import { focused, h, targetOf } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { tool } from "modou/views/result.js";

/** @import { Pair } from "modou/qa_pairs/views/asking.js" */
/** @import { Entry, Server, Way } from "modou/qa_pairs/views/quiz_answer.js" */

const SWIPE = 60;
/** @type {[Way, string][]} */
const WAYS = [["show", say("看答案", "Reveal")], ["write", say("写答案", "Write")], ["choose", say("选答案", "Choose")]];
// The way that was played last, for the next quiz on this page.
/** @type {Way} */
let way = "show";

// Long questions get smaller letters, so that they stay on the screen without scrolling.
/** @param {string} text */
const sizeOf = (text) => {
  const n = [...text].length;
  return [[14, 1], [24, 0.82], [40, 0.66], [70, 0.52]].find(([most]) => n <= most)?.[1] ?? 0.4;
};

// Where the passage has the answer, with the answer marked.
/** @param {Pair} pair */
const inSentence = ({ sentence, answer }) => {
  const pieces = sentence.split(answer);
  return h("p", { class: "sentence", lang: "zh" }, pieces.flatMap((piece, i) => (i ? [h("mark", {}, answer), piece] : [piece])));
};

// The quiz is put into `element` and gives the focus back to what had it.
/**
 * @param {Pair[]} pairs
 * @param {Server} server
 * @param {HTMLElement} element
 */
export const openQuiz = (pairs, server, element) => {
  const before = focused();
  /** @type {Entry[]} */
  let entries = pairs.map((pair) => ({ pair }));
  let place = 0;
  let ended = false;
  const counter = h("p", { class: "counter", role: "status" });
  const question = h("h2", { class: "question", lang: "zh" });
  const answer = h("div", { class: "reveal", "aria-live": "polite" });
  const stage = h("div", { class: "stage" }, question, answer);
  const main = h("button", { type: "button", class: "main", onclick: () => onward() });
  const back = h("button", { type: "button", class: "step back", "aria-label": say("上一题", "Previous"), onclick: () => go(place - 1) }, "←");
  const forth = h("button", { type: "button", class: "step forth", "aria-label": say("下一题", "Next"), onclick: () => go(place + 1) }, "→");
  const ways = h("div", { class: "ways", role: "group", "aria-label": say("怎么答", "How to answer") },
    WAYS.map(([name, label]) => tool(label, () => { way = name; again(pairs); }, { "data-way": name })));
  /** @type {HTMLDialogElement} */
  const dialog = h("dialog", { class: "modou-quiz", role: "dialog", "aria-modal": "true", "aria-label": say("测验", "Quiz") },
    h("header", {}, counter, h("div", { class: "track", "aria-hidden": "true" }, h("i", {})), ways,
      h("button", { type: "button", class: "close", "aria-label": say("结束测验", "End the quiz"), onclick: () => dialog.close() }, "✕")),
    stage, h("footer", {}, back, main, forth));
  const answering = makeAnswering(server, pairs, (entry) => {
    // Nobody is disturbed in writing another answer.
    if (dialog.isConnected && !ended && (entry ? entry === entries[place] : way === "choose")) show();
  });

  const isLast = () => place === entries.length - 1;
  const missed = () => entries.filter((entry) => !entry.verdict?.right).map((entry) => entry.pair);
  const drawSummary = () => {
    const wrong = missed();
    question.textContent = say(`答对 ${entries.length - wrong.length} / ${entries.length}`, `${entries.length - wrong.length} of ${entries.length} right`);
    answer.replaceChildren(
      h("ul", { class: "missed" }, wrong.map((pair) => h("li", { lang: "zh" }, pair.question, h("b", {}, pair.answer)))),
      ...(wrong.length && wrong.length < entries.length
        ? [tool(say(`只做错的 ${wrong.length} 题`, `The ${wrong.length} missed again`), () => again(wrong), { class: "only-missed" })] : []));
  };
  const drawQuestion = () => {
    const entry = entries[place];
    const { pair } = entry;
    question.textContent = pair.question;
    question.style.setProperty("--size", String(sizeOf(pair.question)));
    answer.style.setProperty("--size", String(sizeOf(pair.answer)));
    const asked = answering.draw(way, entry);
    answer.replaceChildren(...asked, ...(entry.done
      ? [h("p", { class: "answer", lang: "zh" }, pair.answer), ...(pair.sentence ? [inSentence(pair)] : [])]
      : asked.length ? [] : [h("p", { class: "prompt" }, say("空格键或轻点，揭晓答案", "Space or a tap shows the answer"))]));
  };
  const show = () => {
    const entry = entries[place];
    counter.textContent = ended ? say("测验结束", "The end") : `${place + 1} / ${entries.length}`;
    dialog.style.setProperty("--done", String((place + 1) / entries.length));
    dialog.dataset.way = way;
    stage.classList.toggle("ended", ended);
    ways.querySelectorAll("button").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.way === way)));
    if (ended) drawSummary();
    else drawQuestion();
    answer.classList.toggle("open", Boolean(entry.done));
    const closing = way === "show" ? say("再来一遍", "Once more") : say("看成绩", "Result");
    main.textContent = ended ? say("再来一遍", "Once more") : !entry.done ? say("揭晓答案", "Show the answer") : isLast() ? closing : say("下一题", "Next");
    back.disabled = place === 0 && !ended;
    forth.disabled = ended || isLast();
    // So that Space goes on from here, whatever was clicked to get here; or so that one can write at once.
    const field = entry.done || ended ? null : answer.querySelector("input");
    (field ?? main).focus();
  };
  /** @param {Pair[]} chosen */
  const again = (chosen) => {
    entries = chosen.map((pair) => ({ pair }));
    [place, ended] = [0, false];
    show();
  };
  /** @param {number} to */
  const go = (to) => {
    if (ended && to < place) to = place;
    else if (to < 0 || to >= entries.length) return;
    [place, ended] = [to, false];
    // An answer that only was shown is to be found again; one that was given stays.
    if (way === "show") entries[place].done = false;
    show();
  };
  const reveal = () => {
    entries[place].done = true;
    show();
  };
  const onward = () => {
    if (ended) again(pairs);
    else if (!entries[place].done) reveal();
    else if (!isLast()) go(place + 1);
    else if (way === "show") again(entries.map((entry) => entry.pair));
    else {
      ended = true;
      show();
    }
  };

  /** @param {KeyboardEvent} event */
  const keepInside = (event) => {
    const stops = /** @type {HTMLElement[]} */ ([...dialog.querySelectorAll("button:not(:disabled), input:not(:disabled)")]);
    const next = stops.findIndex((stop) => stop === document.activeElement) + (event.shiftKey ? -1 : 1);
    event.preventDefault();
    stops.at(next < stops.length ? next : 0)?.focus();
  };
  dialog.addEventListener("keydown", (event) => {
    // The page behind has keys of its own.
    event.stopPropagation();
    const writing = targetOf(event).matches("input");
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Tab") return keepInside(event);
    if (writing) return;
    if (["ArrowRight", "ArrowDown", "PageDown"].includes(event.key)) go(place + 1);
    else if (["ArrowLeft", "ArrowUp", "PageUp"].includes(event.key)) go(place - 1);
    else if ([" ", "Enter"].includes(event.key) && !targetOf(event).closest("button")) onward();
    else if (ended || !answering.key(event.key, way, entries[place])) return;
    event.preventDefault();
  });
  /** @type {[number, number] | null} */
  let touched = null;
  stage.addEventListener("pointerdown", (event) => { touched = targetOf(event).closest("button, input") ? null : [event.clientX, event.clientY]; });
  stage.addEventListener("pointerup", (event) => {
    if (!touched) return;
    const [x, y] = [event.clientX - touched[0], event.clientY - touched[1]];
    touched = null;
    if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) go(place + (x < 0 ? 1 : -1));
    else if (way === "show" && Math.hypot(x, y) < 12 && !entries[place].done && getSelection()?.isCollapsed) reveal();
  });
  stage.addEventListener("pointercancel", () => { touched = null; });
  dialog.addEventListener("close", () => {
    dialog.remove();
    before?.focus?.();
  });
  element.append(dialog);
  dialog.showModal();
  show();
};
