// What somebody answers in the quiz: written, or chosen among wrong answers; and what is said to it.

import { LETTERS, optionsOf, whyFew } from "modou/qa_pairs/views/options.js";
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { percent } from "modou/views/numbers.js";
import { tool } from "modou/views/result.js";

/** @import { Choices, Pair } from "modou/qa_pairs/views/asking.js" */
/** @import { Message } from "modou/views/result.js" */

/** @typedef {"show" | "write" | "choose"} Way */
/** @typedef {{right: boolean, reason?: Message, score?: number | null, byHand?: boolean}} Verdict */
/**
 * A question of the quiz: `done` once its answer is on the screen, `given` what was answered.
 *
 * @typedef {object} Entry
 * @property {Pair} pair
 * @property {boolean} [done]
 * @property {string} [given]
 * @property {Verdict} [verdict]
 * @property {string[]} [options]
 * @property {string} [few]
 * @property {boolean} [waiting]
 * @property {Message} [error]
 */
/** @typedef {{choices: (pairs: Pair[]) => Promise<any>, judge: (pair: Pair, given: string) => Promise<any>}} Server */

const MOST_GIVEN = 200;

/**
 * @param {Server} server
 * @param {Pair[]} pairs all of the quiz
 * @param {(entry: Entry | null) => void} redraw where that question is on the screen; null: any that has options
 */
export const makeAnswering = (server, pairs, redraw) => {
  /** @type {Map<Pair, Choices> | null} */
  let choices = null;
  /** @type {Message | null} */
  let failed = null;
  let asked = false;

  const ask = async () => {
    asked = true;
    const found = await server.choices(pairs);
    if (found?.choices) choices = new Map(pairs.map((pair, i) => [pair, found.choices[i]]));
    else failed = found?.error ?? { zh: "服务器没有回答", en: "the server did not answer" };
    redraw(null);
  };
  /**
   * @param {Entry} entry
   * @param {string} given
   */
  const judge = async (entry, given) => {
    Object.assign(entry, { given, waiting: true, error: undefined });
    redraw(entry);
    const found = await server.judge(entry.pair, given);
    entry.waiting = false;
    if (!found || found.error) entry.error = found?.error ?? { zh: "服务器没有回答", en: "the server did not answer" };
    else Object.assign(entry, { verdict: found, done: true });
    redraw(entry);
  };
  /**
   * @param {Entry} entry
   * @param {string} option
   */
  const choose = (entry, option) => {
    Object.assign(entry, { given: option, verdict: { right: option === entry.pair.answer }, done: true });
    redraw(entry);
  };

  // What was said to the answer, and the teacher's last word on it.
  /** @param {Entry} entry */
  const verdictOf = (entry) => {
    const { verdict, given } = entry;
    if (!verdict) return [];
    const reason = verdict.byHand ? say("老师判的", "as the teacher says") : verdict.reason && say(verdict.reason.zh, verdict.reason.en);
    const close = verdict.byHand || verdict.score === null || verdict.score === undefined ? "" : say(`（相似度 ${percent(Math.max(0, verdict.score))}）`, ` (similarity ${percent(Math.max(0, verdict.score))})`);
    const turn = () => {
      entry.verdict = { right: !verdict.right, byHand: true };
      redraw(entry);
    };
    return [h("p", { class: verdict.right ? "judged right" : "judged wrong", role: "status" },
      h("i", {}, verdict.right ? "✓" : "✗"), h("span", { lang: "zh" }, given), h("b", {}, verdict.right ? say("对", "right") : say("不对", "wrong")),
      reason ? h("small", {}, reason + close) : null,
      tool(verdict.right ? say("算错", "Count as wrong") : say("算对", "Count as right"), turn, { class: "turn" }))];
  };

  /** @param {Entry} entry */
  const written = (entry) => {
    if (entry.done) return verdictOf(entry);
    const field = h("input", {
      type: "text", lang: "zh", maxlength: MOST_GIVEN, autocomplete: "off", "aria-label": say("你的答案", "Your answer"),
      placeholder: say("写下答案，回车核对", "Write the answer, Enter checks it"), value: entry.given ?? null, readonly: Boolean(entry.waiting),
      // What is being written is there again where the question is come back to.
      oninput: () => { entry.given = field.value; },
    });
    /** @param {Event} event */
    const submit = (event) => {
      event.preventDefault();
      if (field.value.trim() && !entry.waiting) judge(entry, field.value.trim());
    };
    return [h("form", { class: "writing", onsubmit: submit }, field, h("button", { type: "submit", disabled: Boolean(entry.waiting) }, entry.waiting ? say("核对中…", "Checking…") : say("核对", "Check"))),
      ...(entry.error ? [h("p", { class: "trouble", role: "alert" }, say(entry.error.zh, entry.error.en))] : [])];
  };

  /**
   * @param {Entry} entry
   * @param {(option: string) => string} state
   */
  const listOf = (entry, state) => h("ol", { class: "options" }, (entry.options ?? []).map((option, i) => h("li", {},
    h("button", { type: "button", class: `option ${state(option)}`.trim(), disabled: Boolean(entry.done), onclick: () => choose(entry, option) },
      h("b", {}, LETTERS[i]), h("span", { lang: "zh" }, option), state(option) ? h("i", {}, state(option) === "right" ? "✓" : "✗") : null))));

  /** @param {Entry} entry */
  const chosen = (entry) => {
    if (!asked) ask();
    if (failed) return [h("p", { class: "trouble", role: "alert" }, say(failed.zh, failed.en)), ...written(entry)];
    const found = choices?.get(entry.pair);
    if (!found) return [h("p", { class: "prompt", role: "status" }, say("正在从文章里找选项…", "Looking for options in the passage…"))];
    entry.options ??= optionsOf(entry.pair, found);
    entry.few ??= whyFew(found);
    const note = entry.few ? [h("p", { class: "few" }, entry.few)] : [];
    if (!entry.options.length) return [...note, ...written(entry)];
    /** @param {string} option */
    const state = (option) => (!entry.done ? "" : option === entry.pair.answer ? "right" : option === entry.given ? "wrong" : "");
    return [listOf(entry, state), ...note];
  };
  return {
    /**
     * What stands between question and answer.
     *
     * @param {Way} way
     * @param {Entry} entry
     * @returns {HTMLElement[]}
     */
    draw: (way, entry) => (way === "write" ? written(entry) : way === "choose" ? chosen(entry) : []),
    /**
     * Whether a key chose an option.
     *
     * @param {string} key
     * @param {Way} way
     * @param {Entry} entry
     */
    key: (key, way, entry) => {
      const at = Math.max(LETTERS.indexOf(key.toUpperCase()), "1234".indexOf(key));
      if (way !== "choose" || entry.done || at < 0 || !entry.options?.[at]) return false;
      choose(entry, entry.options[at]);
      return true;
    },
  };
};
