// A pair as a card: question, answer, what the reader says to it, and what can be done with it.
import { h } from "modou/views/dom.js";
import { copy } from "modou/views/files.js";
import { say } from "modou/views/language.js";
import { percent } from "modou/views/numbers.js";
import { tool } from "modou/views/result.js";

/** @import { Message } from "modou/views/result.js" */
/** @import { qa_pairs } from "modou/views/types.js" */

/**
 * `mine` is a pair that the visitor asked for or changed, which no check hides; `fresh` one that has no question yet.
 *
 * @typedef {object} Card
 * @property {string} key
 * @property {string} question
 * @property {string} answer
 * @property {[number, number] | null} span
 * @property {string} sentence the passage's, which the pair came from
 * @property {number | null} score
 * @property {{answer: string, score: number} | null} reader
 * @property {number | null} quality the probability that the pair is right and well put, where it was judged
 * @property {boolean} passed
 * @property {boolean} [mine]
 * @property {boolean} [fresh]
 * @property {boolean} [removed]
 * @property {boolean} [editing]
 * @property {string | null} [waiting]
 * @property {Message | null} [error]
 */

/**
 * @typedef {object} CardActs
 * @property {(keys: string[] | null) => void} light
 * @property {(card: Card) => unknown} edit
 * @property {(card: Card) => unknown} cancel
 * @property {(card: Card, question: string, answer: string) => unknown} save
 * @property {(card: Card) => unknown} check
 * @property {(card: Card) => unknown} another
 * @property {(card: Card) => unknown} remove
 */

export const MOST_QUESTION = 200;
const MOST_ANSWER = 500;

/**
 * Those that passed come first; else they stay where they were when they came, so that nothing that is read moves.
 * @param {Card} a
 * @param {Card} b
 */
export const byPassed = (a, b) => Number(b.passed) - Number(a.passed);

/** @param {Card} card */
export const exported = (card) => ({
  question: card.question, answer: card.answer, answer_span: card.span, sentence: card.sentence, score: card.score,
  reader_answer: card.reader ? card.reader.answer : null, reader_score: card.reader ? card.reader.score : null, passed: card.passed,
  quality: card.quality,
});

/**
 * @param {qa_pairs.Pair} pair
 * @param {string} key
 */
export const fromPair = (pair, key) => ({
  key, question: pair.question, answer: pair.answer, span: pair.answer_span, sentence: pair.sentence, score: pair.score,
  reader: { answer: pair.reader_answer, score: pair.reader_score }, passed: pair.passed, quality: pair.quality,
});

// Where in the passage an edited answer is; of several places the one nearest to where it was.
/**
 * @param {string} answer
 * @param {[number, number] | null} span
 * @param {string[]} characters
 */
export const nearest = (answer, span, characters) => {
  const wanted = [...answer];
  const before = span?.[0] ?? 0;
  /** @type {[number, number] | null} */
  let found = null;
  for (let i = 0; i + wanted.length <= characters.length; i += 1) {
    const isThere = wanted.every((c, j) => characters[i + j] === c);
    if (isThere && (!found || Math.abs(i - before) < Math.abs(found[0] - before))) found = [i, i + wanted.length];
  }
  return found;
};

/** @param {Card} card */
const qualityOf = (card) => (card.quality === null ? null : h("small", {
  class: "quality", title: say("这一对又对又问得好的把握", "how likely the pair is right and well put"),
}, percent(card.quality)));

/** @param {Card} card */
const verdict = (card) => {
  const { reader } = card;
  if (card.waiting) return h("p", { class: "verdict waiting" }, h("i", {}, "…"), card.waiting);
  if (!reader) return h("p", { class: "verdict unknown" }, h("i", {}, "?"), say("还没有核对", "not checked yet"));
  const sure = h("small", { title: say("阅读模型的把握", "how sure the reader model is") }, percent(reader.score));
  if (card.passed) {
    const same = reader.answer === card.answer;
    return h("p", { class: "verdict agrees" }, h("i", {}, "✓"),
      same ? say("阅读模型也这样答", "the reader agrees") : say("阅读模型的答案相近：", "the reader says nearly the same: "),
      same ? null : h("b", { lang: "zh" }, reader.answer), sure,
      card.quality === null ? null : say(" · 问得好 ", " · well put "), qualityOf(card));
  }
  if (reader.answer === card.answer) {
    return h("p", { class: "verdict differs" }, h("i", {}, "✗"), say("阅读模型也这样答，但问得不好", "the reader agrees, but the question is poorly put"), qualityOf(card));
  }
  if (reader.answer) {
    return h("p", { class: "verdict differs" }, h("i", {}, "✗"), say("阅读模型答的是：", "the reader says: "), h("b", { lang: "zh" }, reader.answer), sure);
  }
  return h("p", { class: "verdict nothing" }, h("i", {}, "✗"), say("阅读模型在文章里找不到答案", "the reader finds no answer"), sure);
};

/** @param {Card} card */
const cardScore = (card) => (card.score === null ? h("span", { class: "score" }, say("你改过", "edited")) : h("span", {
  class: "score", title: say("问题各字概率的几何平均", "geometric mean of the probabilities of the question's characters"),
}, say("提问把握 ", "question "), h("i", { class: "meter", style: `--p:${card.score}` }), percent(card.score)));

// `act`: save(card, question, answer), cancel(card).
/**
 * @param {Card} card
 * @param {CardActs} act
 */
const editForm = (card, act) => {
  const question = h("textarea", { rows: "2", maxlength: MOST_QUESTION, lang: "zh", class: "edit-question", "aria-label": say("问题", "Question") });
  const answer = h("textarea", { rows: "1", maxlength: MOST_ANSWER, lang: "zh", class: "edit-answer", "aria-label": say("答案", "Answer") });
  question.value = card.question;
  answer.value = card.answer;
  const complaint = h("p", { class: "trouble error", role: "alert", hidden: true });
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    if (question.value.trim() && answer.value.trim()) return act.save(card, question.value.trim(), answer.value.trim());
    complaint.textContent = say("问题和答案都不能空着", "neither question nor answer may be empty");
    complaint.hidden = false;
  };
  return h("form", {
    onsubmit: submit,
    onkeydown: (event) => {
      // Enter and Escape also end what an input method composes.
      if (event.isComposing) return;
      if (event.key === "Enter" && !event.shiftKey) submit(event);
      if (event.key === "Escape") act.cancel(card);
    },
  },
  h("label", {}, h("span", {}, say("问", "Q")), question), h("label", {}, h("span", {}, say("答", "A")), answer), complaint,
  h("div", { class: "acts" },
    h("button", { type: "submit", class: "primary" }, say("保存并核对", "Save and check")),
    tool(say("取消", "Cancel"), () => act.cancel(card))));
};

// `act`: light, edit, remove, another, check, save, cancel.
/**
 * @param {Card} card
 * @param {CardActs} act
 */
export const cardNode = (card, act) => {
  const node = h("li", {
    class: ["card", card.passed ? "passed" : "failed", card.mine ? "mine" : ""].join(" ").trim(), "data-key": card.key, tabindex: card.editing ? null : "0",
    onmouseenter: () => act.light([card.key]), onmouseleave: () => act.light(null),
    onfocusin: () => act.light([card.key]), onfocusout: () => act.light(null),
  });
  if (card.editing) {
    node.append(editForm(card, act));
    return node;
  }
  const busy = Boolean(card.waiting);
  node.append(
    h("div", { class: "head" }, h("b", { class: "number", "aria-hidden": "true" }), cardScore(card)),
    h("p", { class: "question", lang: "zh" }, card.question),
    h("p", { class: "answer", lang: "zh" }, card.answer,
      card.span ? null : h("small", {}, say("不是原文", "not in the passage"))),
    verdict(card));
  if (card.error) node.append(h("p", { class: "trouble error", role: "alert" }, say(card.error.zh, card.error.en)));
  node.append(h("div", { class: "acts" },
    tool(say("编辑", "Edit"), () => act.edit(card), { class: "edit", disabled: busy }),
    tool(say("换个问法", "Ask anew"), () => act.another(card), { class: "another", disabled: busy, title: say("为同一个答案另提一个问题", "another question for the same answer") }),
    card.reader || busy ? null : tool(say("核对", "Check"), () => act.check(card), { class: "check" }),
    tool(say("复制", "Copy"), (e) => copy(`${card.question}\n${card.answer}`, e.currentTarget), { class: "copy" }),
    tool(say("删除", "Delete"), () => act.remove(card), { class: "remove" })));
  return node;
};
