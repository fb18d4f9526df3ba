// The state of the view. `sheet.last` (see result.js) is the run on the page: what the server sent, with its passage in
// `characters`. The cards are kept here: what a visitor changed in them must outlive the pairs that still come.

import { asker, remembered } from "modou/qa_pairs/views/asking.js";
import { byPassed, cardNode, exported, fromPair, nearest } from "modou/qa_pairs/views/cards.js";
import { asAnki, asCsv, asJson } from "modou/qa_pairs/views/export.js";
import { failedToggle, framed, makeFrame, putCards, restoreButton } from "modou/qa_pairs/views/frame.js";
import { passagePanel } from "modou/qa_pairs/views/passage.js";
import { openQuiz } from "modou/qa_pairs/views/quiz.js";
import { openSheet } from "modou/qa_pairs/views/sheet.js";
import { answerOf, pickingOf, PURPOSE, reachedOf, spansOf, summaryOf, whyNothing } from "modou/qa_pairs/views/words.js";
import { focused, h } from "modou/views/dom.js";
import { save } from "modou/views/files.js";
import { say } from "modou/views/language.js";
import { makeSheet, tool, toolbar } from "modou/views/result.js";

/** @import { Card } from "modou/qa_pairs/views/cards.js" */
/** @import { Frame } from "modou/qa_pairs/views/frame.js" */
/** @import { AskedPassage } from "modou/qa_pairs/views/words.js" */
/** @import { qa_pairs } from "modou/views/types.js" */

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, element, server }) => {
  const sheet = makeSheet(root);
  /** @type {Card[]} */
  let cards = [];
  /** @type {ReturnType<typeof passagePanel> | null} */
  let panel = null;
  /** @type {Frame} */
  let frame;
  let showFailed = false;
  /** @type {AskedPassage | null} */
  let asked = null;
  let own = 0;
  /** @type {Map<string, HTMLElement>} */
  const nodes = new Map();
  // Runs that another one has taken the place of; what still comes of them is not wanted.
  const past = new Set();

  const visible = () => cards.filter((card) => !card.removed && (card.passed || card.mine || showFailed));
  const hiddenCount = () => cards.filter((card) => !card.removed && !card.passed && !card.mine).length;
  const listed = () => visible().filter((card) => !card.fresh);

  const request = asker(server, () => sheet.last);
  const choices = remembered((pairs) => request("wrong_choices", { pairs }), () => sheet.last?.id);

  /** @param {string[] | null} keys */
  const light = (keys) => {
    panel?.light(keys);
    const on = new Set(keys || []);
    nodes.forEach((node, key) => node.classList.toggle("lit", on.has(key)));
  };

  // The view of the inside follows what is here.
  const publish = () => {
    window.modouQA = sheet.last && {
      id: sheet.last.id, passage: sheet.last.passage, top_p: sheet.last.top_p, beams: sheet.last.beams, running: !sheet.last.done,
      pairs: listed().filter((card) => card.span).map((card) => ({ question: card.question, span: card.span })),
    };
    window.dispatchEvent(new Event("modou-qa"));
  };

  const drawPassage = () => panel?.draw(spansOf(visible(), asked));

  /** @param {Card} card */
  const nodeOf = (card) => {
    const node = nodes.get(card.key) || cardNode(card, act);
    nodes.set(card.key, node);
    return node;
  };
  const drawList = () => putCards(frame.list, visible().map(nodeOf));

  const files = {
    get json() { return asJson(sheet.last.passage, listed().map(exported)); },
    get csv() { return asCsv(listed().map(exported)); },
  };
  const toggleFailed = () => {
    showFailed = !showFailed;
    render();
    frame.notes.querySelector(".failed-toggle")?.focus();
  };
  const restore = () => {
    cards.forEach((card) => { card.removed = false; });
    render();
    frame.list.querySelector(".card")?.focus();
  };
  const drawReached = () => { frame.reached.textContent = reachedOf(sheet.last.reached, sheet.last.characters.length); };
  const drawBar = () => {
    const some = listed().length > 0;
    const hidden = hiddenCount();
    const removed = cards.filter((card) => card.removed).length;
    const passed = cards.filter((card) => !card.removed && card.passed).length;
    const tools = toolbar(files, "qa_pairs");
    tools.append(
      tool(say("下载 Anki 卡片", "Download Anki cards"), () => save("qa_pairs-anki", "txt", "text/plain", asAnki(listed()))),
      tool(say("打印练习", "Print a sheet"), () => openSheet(listed(), choices, element), { class: "print" }));
    frame.progress.hidden = Boolean(sheet.last.done);
    frame.progress.style.setProperty("--done", String(cards.filter((card) => card.passed).length / sheet.last.wanted));
    drawReached();
    frame.summary.replaceChildren(...summaryOf(sheet.last, passed, visible().length));
    frame.quiz.hidden = !some;
    frame.notes.replaceChildren(...(hidden ? [failedToggle(hidden, showFailed, toggleFailed)] : []), ...(removed ? [restoreButton(removed, restore)] : []));
    frame.tools.replaceChildren(...(some && sheet.last.done ? [tools] : []));
    const nothing = sheet.last.done && !visible().length;
    frame.nothing.hidden = !nothing;
    frame.nothing.textContent = whyNothing(cards.length, hidden, sheet.last.note);
  };

  /** @param {[number, number] | null} span */
  const drawPicking = (span) => frame.picking.replaceChildren(...pickingOf(span, sheet.last.characters, act.pair));

  const drawAnswer = () => frame.answer.replaceChildren(...answerOf(asked));

  const render = () => {
    drawPassage();
    drawList();
    drawBar();
    publish();
  };
  /** @param {Card} card */
  const redraw = (card) => {
    nodes.delete(card.key);
    render();
    return nodes.get(card.key);
  };

  const act = {
    light,
    /** @param {string} key */
    open: (key) => {
      const node = key === "asked" ? frame.answer : nodes.get(key);
      node?.scrollIntoView({ block: "nearest" });
      node?.focus({ preventScroll: true });
    },
    /** @param {[number, number] | null} span */
    choose: (span) => drawPicking(span),
    /** @param {[number, number]} span */
    ask: (span) => act.pair(span),
    /** @param {Card} card */
    edit: (card) => {
      Object.assign(card, { editing: true, error: null });
      redraw(card)?.querySelector("textarea")?.focus();
    },
    /** @param {Card} card */
    cancel: (card) => {
      card.editing = false;
      redraw(card)?.querySelector(".edit")?.focus();
    },
    /**
     * @param {Card} card
     * @param {string} question
     * @param {string} answer
     */
    save: (card, question, answer) => {
      if (question === card.question && answer === card.answer) return act.cancel(card);
      if (question !== card.question) card.score = null;
      if (answer !== card.answer) card.span = nearest(answer, card.span, sheet.last.characters);
      Object.assign(card, { question, answer, editing: false, mine: true, reader: null, passed: false, quality: null });
      const checked = act.check(card);
      nodes.get(card.key)?.focus();
      return checked;
    },
    /** @param {Card} card */
    check: (card) => work(card, say("正在核对…", "checking…"), "check_pair", { question: card.question, answer: card.answer, span: card.span }, (found) => {
      Object.assign(card, { reader: { answer: found.reader_answer, score: found.reader_score }, passed: found.passed, sentence: found.sentence ?? card.sentence });
    }),
    /** @param {Card} card */
    another: (card) => work(card, say("正在想别的问法…", "looking for another question…"), "new_pair", { answer: card.span || card.answer, but: card.question }, ({ pair }) => {
      Object.assign(card, { ...fromPair(pair, card.key), mine: true });
    }),
    /** @param {Card} card */
    remove: (card) => {
      const list = visible();
      const following = list[list.indexOf(card) + 1] || list[list.indexOf(card) - 1];
      card.removed = true;
      render();
      (following ? nodes.get(following.key) : frame.notes.querySelector(".restore"))?.focus();
    },
    /** @param {[number, number]} span */
    pair: async (span) => {
      own += 1;
      const answer = sheet.last.characters.slice(...span).join("");
      /** @type {Card} */
      const card = { key: `own-${own}`, question: "…", answer, span, sentence: "", score: null, reader: null, passed: false, quality: null, mine: true, fresh: true };
      cards.unshift(card);
      panel?.clear();
      await work(card, say("正在提问…", "asking…"), "new_pair", { answer: span }, ({ pair }) => Object.assign(card, fromPair(pair, card.key)));
    },
  };

  // Something the server does for a card; what comes of it, or why it failed, is shown on the card.
  /**
   * @param {Card} card
   * @param {string} waiting
   * @param {string} name
   * @param {object} data
   * @param {(answer: any) => void} done
   */
  const work = async (card, waiting, name, data, done) => {
    Object.assign(card, { waiting, error: null });
    redraw(card)?.scrollIntoView({ block: "nearest" });
    const answer = await request(name, data);
    if (!answer) return;
    card.waiting = null;
    if (!answer.error) {
      card.fresh = false;
      done(answer);
    } else if (card.fresh) {
      // Without a question there is no pair: only why there is none.
      cards = cards.filter((other) => other !== card);
      nodes.delete(card.key);
      frame.picking.replaceChildren(h("span", { class: "error", role: "alert" }, say(answer.error.zh, answer.error.en)));
      return render();
    } else {
      card.error = answer.error;
    }
    const had = nodes.get(card.key)?.contains(focused());
    const node = redraw(card);
    if (had) node?.focus();
  };

  /** @param {Event} event */
  const askPassage = async (event) => {
    event.preventDefault();
    const question = frame.question.value.trim();
    if (!question) return frame.question.focus();
    asked = { waiting: true, question, answer: "", answer_span: [0, 0], score: 0 };
    const mine = asked;
    drawAnswer();
    const answer = await request("ask_passage", { question });
    if (!answer || asked !== mine) return;
    asked = { question, ...answer };
    drawAnswer();
    drawPassage();
  };

  const layOut = () => {
    frame = makeFrame(() => openQuiz(listed(), { choices, judge: ({ question, answer }, given) => request("judge_answer", { question, answer, given }) }, element));
    panel = passagePanel(sheet.last.characters, act);
    root.replaceChildren(...framed(frame, panel.node, askPassage));
    drawPicking(null);
  };

  /** @param {any} run */
  const begin = (run) => {
    if (sheet.last) past.add(sheet.last.id);
    sheet.last = { ...run, characters: [...run.passage], passedAtEnd: 0 };
    cards = [];
    nodes.clear();
    [showFailed, asked] = [false, null];
    layOut();
    sheet.reveal();
  };
  const finish = () => {
    sheet.last.done = true;
    sheet.last.passedAtEnd = cards.filter((card) => card.passed && !card.key.startsWith("own")).length;
    cards.sort(byPassed);
  };
  /** @param {any} sent */
  const draw = (sent) => {
    // A plain object: Gradio's value is a proxy that is slow to read.
    const value = { ...sent };
    if (value.stopped) {
      if (sheet.last && !sheet.last.done) {
        finish();
        sheet.last.stopped = true;
        render();
      }
      return;
    }
    const run = value.json && JSON.parse(value.json);
    if (sheet.nothingToDraw(value, Boolean(run), PURPOSE)) {
      if (!sheet.last) [cards, panel] = [[], null];
      if (!sheet.last) publish();
      return;
    }
    if (past.has(run.id) || (sheet.last?.id === run.id && sheet.last.done)) return;
    if (!run.pairs) {
      if (sheet.last?.id === run.id) {
        sheet.last.reached = run.reached;
        drawReached();
      }
      return;
    }
    if (sheet.last?.id !== run.id) begin(run);
    const came = cards.filter((card) => !card.key.startsWith("own")).length;
    cards.push(...run.pairs.slice(came).map((/** @type {qa_pairs.Pair} */ pair, /** @type {number} */ i) => fromPair(pair, `${came + i}`)));
    Object.assign(sheet.last, { milliseconds: run.milliseconds, reached: run.reached, note: run.note });
    if (run.done) finish();
    render();
  };

  // The listeners outlive the passage: there is one view on the page, and one passage in it.
  document.addEventListener("selectionchange", () => panel?.selected());
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => panel?.released());

  return draw;
};
