// What stands around the passage and its pairs, from top to bottom.
import { MOST_QUESTION } from "modou/qa_pairs/views/cards.js";
import { focused, h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { tool } from "modou/views/result.js";

/** @typedef {ReturnType<typeof makeFrame>} Frame */

/** @param {() => void} onQuiz */
export const makeFrame = (onQuiz) => ({
  progress: h("div", { class: "progress", "aria-hidden": "true" }, h("i", {})),
  summary: h("p", { class: "summary", role: "status" }),
  // Without a role: a screen reader need not say it twice a second.
  reached: h("p", { class: "reached" }),
  quiz: tool(say("测验模式", "Quiz"), onQuiz, { class: "primary quiz" }),
  picking: h("div", { class: "picking", id: "qa_pairs-picking", role: "status" }),
  question: h("input", {
    type: "text", maxlength: MOST_QUESTION, lang: "zh", "aria-label": say("问这篇文章", "Ask the passage"),
    placeholder: say("问这篇文章一个问题", "Ask the passage a question, in Chinese"),
  }),
  answer: h("div", { class: "answered", "aria-live": "polite", tabindex: "-1" }),
  notes: h("div", { class: "notes" }),
  nothing: h("p", { class: "hint", hidden: true }),
  list: h("ol", { class: "cards" }),
  tools: h("div", { class: "exports" }),
});

/**
 * @param {Frame} frame
 * @param {HTMLElement} passage
 * @param {(event: Event) => void} onAsk
 */
export const framed = (frame, passage, onAsk) => [
  h("div", { class: "bar" }, frame.summary, frame.quiz), frame.progress, frame.reached, passage, frame.picking,
  h("form", { class: "asking", onsubmit: onAsk }, frame.question, h("button", { type: "submit" }, say("问", "Ask"))),
  frame.answer, frame.nothing, frame.list, frame.notes, frame.tools];

/**
 * Shows or hides the pairs that failed the check.
 *
 * @param {number} hidden
 * @param {boolean} on
 * @param {() => void} act
 */
export const failedToggle = (hidden, on, act) => tool(
  on ? say(`收起没通过核对的 ${hidden} 对`, `Hide the ${hidden} that failed the check`) : say(`另有 ${hidden} 对没通过核对，显示`, `${hidden} failed the check: show`),
  act, { class: "failed-toggle", "aria-pressed": String(on) });

/**
 * @param {number} removed
 * @param {() => void} act
 */
export const restoreButton = (removed, act) => tool(say(`恢复删除的 ${removed} 对`, `Restore ${removed} deleted`), act, { class: "restore" });

/**
 * Puts the cards that are to be seen into the list. The one with the keyboard's focus is not moved: that would end what
 * an input method composes in it.
 *
 * @param {HTMLElement} list
 * @param {HTMLElement[]} wanted
 */
export const putCards = (list, wanted) => {
  const had = focused();
  const staying = new Set(wanted);
  [...list.children].filter((node) => node instanceof HTMLElement && !staying.has(node)).forEach((node) => node.remove());
  const held = Math.max(0, wanted.findIndex((node) => node.contains(had)));
  if (wanted.length && !list.contains(wanted[held])) list.append(wanted[held]);
  for (let i = held - 1; i >= 0; i -= 1) if (wanted[i].nextSibling !== wanted[i + 1]) wanted[i + 1].before(wanted[i]);
  for (let i = held + 1; i < wanted.length; i += 1) if (wanted[i - 1].nextSibling !== wanted[i]) wanted[i - 1].after(wanted[i]);
  wanted.forEach((node, i) => {
    const number = node.querySelector(".number");
    if (number) number.textContent = String(i + 1);
  });
};
