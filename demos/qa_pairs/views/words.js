// What is said about a run and about an answer.
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { duration, percent } from "modou/views/numbers.js";
import { tool } from "modou/views/result.js";

/** @import { Card } from "modou/qa_pairs/views/cards.js" */
/** @import { Span } from "modou/qa_pairs/views/passage.js" */
/** @import { Message } from "modou/views/result.js" */
/** @import { qa_pairs } from "modou/views/types.js" */

export const PURPOSE = say(
  "输入一段文章，这里会逐个列出问答对：先选答案，再为它提问，最后让阅读模型回答一遍，答得上来才算通过。点一个示例试试。",
  "Enter a passage and pairs appear here one by one: an answer is chosen, a question written for it, and a reader model has to find the answer again. Try an example.");

/** @typedef {{milliseconds: number, done: boolean, stopped?: boolean, wanted: number, passedAtEnd: number, note?: {zh: string, en: string} | null}} Progress */
/** @typedef {{waiting?: boolean, question: string, error?: Message, answer: string, answer_span: [number, number], score: number}} AskedPassage */

// How far a run is, or what came of it: `passed` pairs passed the check, `shown` are on the page.
/**
 * @param {Progress} run
 * @param {number} passed
 * @param {number} shown
 */
export const summaryOf = (run, passed, shown) => {
  const time = duration(run.milliseconds);
  if (!run.done) return [say("正在生成 ", "Generating "), h("strong", {}, `${Math.min(passed, run.wanted)} / ${run.wanted}`), ` · ${time}`];
  if (run.stopped) return [say("已停止，留下 ", "Stopped; "), h("strong", {}, shown), say(` 对 · 用时 ${time}`, ` kept · ${time}`)];
  const short = run.passedAtEnd < run.wanted
    ? say(`（想要 ${run.wanted} 对，只有 ${run.passedAtEnd} 对通过核对）`, ` (${run.wanted} wanted, ${run.passedAtEnd} passed the check)`) : "";
  const why = run.note && shown ? h("span", { class: "why-few" }, say(`。${run.note.zh}。`, `. ${run.note.en}.`)) : "";
  return [h("strong", {}, shown), say(` 对问答${short} · 用时 ${time}`, ` ${shown === 1 ? "pair" : "pairs"}${short} · ${time}`), why];
};

// How far the passage of `length` characters has been read, and how many answers have been tried.
/**
 * @param {qa_pairs.Reached | null} reached
 * @param {number} length
 */
export const reachedOf = (reached, length) => {
  if (!reached) return "";
  const [place, whole] = [reached.place, length].map((n) => n.toLocaleString("en"));
  return say(`读到第 ${place} 字，共 ${whole} 字；试了 ${reached.tried} 个答案，最多试 ${reached.most} 个`,
    `Read ${place} of ${whole} characters; tried ${reached.tried} of at most ${reached.most} answers`);
};

// Why no pair is on the page, where `made` were made and `hidden` of them failed the check; `note` is the server's word.
/**
 * @param {number} made
 * @param {number} hidden
 * @param {{zh: string, en: string} | null} [note]
 */
export const whyNothing = (made, hidden, note) => {
  if (!made) {
    if (note) return say(`${note.zh}。可以在上面选中一段为它提问。`, `${note.en[0].toUpperCase()}${note.en.slice(1)}. Select a piece of the text above and ask for that.`);
    return say("这段文字里没有找到可以提问的内容。换一段内容多些的文字，或者在上面选中一段为它提问。", "Nothing to ask about was found in this text. Try one that says more, or select a piece of it above and ask for that.");
  }
  return hidden
    ? say(`生成的 ${hidden} 对都没有通过核对，所以没有显示。可以把它们显示出来，也可以在上面选中一段为它提问。`, `None of the ${hidden} generated pairs passed the check, so none is shown. Show them all the same, or select a piece of the text above and ask for that.`)
    : say("都删除了。", "All of them have been deleted.");
};

// What the passage says to the question `asked` about it; nothing where none was.
/** @param {AskedPassage | null} asked */
export const answerOf = (asked) => {
  if (!asked) return [];
  if (asked.waiting) return [h("p", { class: "hint-line" }, say("正在找…", "Looking…"))];
  if (asked.error) return [h("p", { class: "trouble error", role: "alert" }, say(asked.error.zh, asked.error.en))];
  const sure = h("small", { title: say("阅读模型给的概率", "the probability that the reader gives it") }, percent(asked.score));
  return [h("p", { class: asked.answer ? "said" : "said nothing" }, h("span", { class: "asked", lang: "zh" }, asked.question),
    asked.answer ? h("b", { lang: "zh" }, asked.answer) : h("b", {}, say("文章里没有说", "The passage does not say")), sure)];
};

/**
 * What can be done with the piece of the passage that is selected, or how to select one.
 *
 * @param {[number, number] | null} span
 * @param {string[]} characters
 * @param {(span: [number, number]) => unknown} onPick
 */
export const pickingOf = (span, characters, onPick) => {
  if (!span) {
    return [h("span", {}, say("选中文章里的一段，可以专为它提问；用键盘：方向键移动，Shift 选择，回车提问。", "Select a piece of the passage to ask for it. By keyboard: arrow keys move, Shift selects, Enter asks."))];
  }
  const piece = characters.slice(...span);
  return [
    h("span", {}, say("选中：", "Selected: "), h("b", { lang: "zh" }, piece.length > 40 ? `${piece.slice(0, 40).join("")}…` : piece.join(""))),
    tool(say("为它提问", "Ask for this answer"), () => onPick(span), { class: "primary ask-for" })];
};

/**
 * What is marked in the passage: the answers of the cards that are shown, and what was found for a question about it.
 *
 * @param {Card[]} shown
 * @param {AskedPassage | null} asked
 * @returns {Span[]}
 */
export const spansOf = (shown, asked) => [
  ...shown.flatMap((card, i) => (card.span
    ? [{ start: card.span[0], end: card.span[1], key: card.key, number: i + 1, kind: card.passed ? "answer" : "answer failed" }] : [])),
  ...(asked?.answer ? [{ start: asked.answer_span[0], end: asked.answer_span[1], key: "asked", number: null, kind: "found" }] : [])];
