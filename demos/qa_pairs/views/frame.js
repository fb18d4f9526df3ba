// What stands around the passage and its pairs, from top to bottom.
import { MOST_QUESTION } from "modou/qa_pairs/views/cards.js";
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { tool } from "modou/views/result.js";

/** @typedef {ReturnType<typeof makeFrame>} Frame */

/** @param {() => void} onQuiz */
export const makeFrame = (onQuiz) => ({
  progress: h("div", { class: "progress", "aria-hidden": "true" }, h("i", {})),
  summary: h("p", { class: "summary", role: "status" }),
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
  h("div", { class: "bar" }, frame.summary, frame.quiz), frame.progress, passage, frame.picking,
  h("form", { class: "asking", onsubmit: onAsk }, frame.question, h("button", { type: "submit" }, say("问", "Ask"))),
  frame.answer, frame.nothing, frame.list, frame.notes, frame.tools];
