// The pairs as a quiz on the whole screen: a question, and its answer once somebody asks for it.

import { sentenceAround } from "modou/qa_pairs/views/passage.js";
import { focused, h, targetOf } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

/** @typedef {{question: string, answer: string, span: [number, number] | null}} Asked */

const SWIPE = 60;

// Long questions get smaller letters, so that they stay on the screen without scrolling.
/** @param {string} text */
const sizeOf = (text) => {
  const n = [...text].length;
  return [[14, 1], [24, 0.82], [40, 0.66], [70, 0.52]].find(([most]) => n <= most)?.[1] ?? 0.4;
};

// `pairs`: {question, answer, span or null}; the quiz is put into `element` and gives the focus back to what had it.
/**
 * @param {Asked[]} pairs
 * @param {string[]} characters
 * @param {HTMLElement} element
 */
export const openQuiz = (pairs, characters, element) => {
  const before = focused();
  let place = 0;
  let revealed = false;
  const counter = h("p", { class: "counter", role: "status" });
  const question = h("h2", { class: "question", lang: "zh" });
  const answer = h("div", { class: "reveal", "aria-live": "polite" });
  const stage = h("div", { class: "stage" }, question, answer);
  const main = h("button", { type: "button", class: "main", onclick: () => onward() });
  const back = h("button", { type: "button", class: "step back", "aria-label": say("上一题", "Previous"), onclick: () => go(place - 1) }, "←");
  const forth = h("button", { type: "button", class: "step forth", "aria-label": say("下一题", "Next"), onclick: () => go(place + 1) }, "→");
  /** @type {HTMLDialogElement} */
  const dialog = h("dialog", { class: "modou-quiz", role: "dialog", "aria-modal": "true", "aria-label": say("测验", "Quiz") },
    h("header", {}, counter, h("div", { class: "track", "aria-hidden": "true" }, h("i", {})),
      h("button", { type: "button", class: "close", "aria-label": say("结束测验", "End the quiz"), onclick: () => dialog.close() }, "✕")),
    stage, h("footer", {}, back, main, forth));

  /** @param {{span: [number, number], answer: string}} given */
  const inSentence = ({ span, answer: text }) => {
    const [from, to] = sentenceAround(characters, span);
    /**
     * @param {number} a
     * @param {number} b
     */
    const piece = (a, b) => characters.slice(a, b).join("");
    return h("p", { class: "sentence", lang: "zh" }, piece(from, span[0]).trimStart(), h("mark", {}, piece(...span) || text), piece(span[1], to).trimEnd());
  };
  const show = () => {
    const pair = pairs[place];
    counter.textContent = `${place + 1} / ${pairs.length}`;
    dialog.style.setProperty("--done", String((place + 1) / pairs.length));
    question.textContent = pair.question;
    question.style.setProperty("--size", String(sizeOf(pair.question)));
    answer.classList.toggle("open", revealed);
    answer.style.setProperty("--size", String(sizeOf(pair.answer)));
    answer.replaceChildren(...(revealed
      ? [h("p", { class: "answer", lang: "zh" }, pair.answer), ...(pair.span ? [inSentence({ span: pair.span, answer: pair.answer })] : [])]
      : [h("p", { class: "prompt" }, say("空格键或轻点，揭晓答案", "Space or a tap shows the answer"))]));
    const isLast = place === pairs.length - 1;
    main.textContent = !revealed ? say("揭晓答案", "Show the answer") : isLast ? say("再来一遍", "Once more") : say("下一题", "Next");
    back.disabled = place === 0;
    forth.disabled = isLast;
    // So that Space goes on from here, whatever was clicked to get here.
    main.focus();
  };
  /** @param {number} to */
  const go = (to) => {
    if (to < 0 || to >= pairs.length) return;
    place = to;
    revealed = false;
    show();
  };
  const reveal = () => {
    revealed = true;
    show();
  };
  const onward = () => {
    if (!revealed) reveal();
    else go(place === pairs.length - 1 ? 0 : place + 1);
  };

  /** @param {KeyboardEvent} event */
  const keepInside = (event) => {
    const stops = [...dialog.querySelectorAll("button:not(:disabled)")];
    const next = stops.findIndex((stop) => stop === document.activeElement) + (event.shiftKey ? -1 : 1);
    event.preventDefault();
    stops.at(next < stops.length ? next : 0)?.focus();
  };
  dialog.addEventListener("keydown", (event) => {
    // The page behind has keys of its own.
    event.stopPropagation();
    if (event.key === "Tab") keepInside(event);
    else if (["ArrowRight", "ArrowDown", "PageDown"].includes(event.key)) go(place + 1);
    else if (["ArrowLeft", "ArrowUp", "PageUp"].includes(event.key)) go(place - 1);
    else if ([" ", "Enter"].includes(event.key) && !targetOf(event).closest("button")) onward();
    else return;
    event.preventDefault();
  });
  /** @type {[number, number] | null} */
  let touched = null;
  stage.addEventListener("pointerdown", (event) => { touched = [event.clientX, event.clientY]; });
  stage.addEventListener("pointerup", (event) => {
    if (!touched) return;
    const [x, y] = [event.clientX - touched[0], event.clientY - touched[1]];
    touched = null;
    if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) go(place + (x < 0 ? 1 : -1));
    else if (Math.hypot(x, y) < 12 && !revealed && getSelection()?.isCollapsed) reveal();
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
