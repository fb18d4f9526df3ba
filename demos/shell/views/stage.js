// Links that fill in a tab, and presentations. What is kept between events:
//   decks     all decks of the server once asked for, or null
//   deck, at  the deck that is presented and the number of its step, from 0; deck is null outside a presentation
//   wish      the number of what was last asked of a tab; `met` is told whether it was done, or something else wanted
//   notes     whether the speaker's notes are shown; rows: the code that is shown, or null
//   playing   whether the deck goes on by itself, as one with `seconds` does until the visitor does something; timer

import { followTabs, isCarrying, noteTab, plain, shownTab } from "modou/shell/views/address.js";
import { makeBar } from "modou/shell/views/bar.js";
import { h, targetOf } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

/** @import { Message } from "modou/views/result.js" */

/** @typedef {{tab: string, title: Message, note: Message, input: any}} Step */
/** @typedef {{name: string, title: Message, steps: Step[], seconds: number}} Deck */

const fit = () => document.body.style.setProperty("--modou-zoom", String(Math.max(1, Math.min(2.5, innerWidth / 1280))));

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, element, server, emit }) => {
  /** @type {Deck[] | null} */
  let decks = null;
  /** @type {Deck | null} */
  let deck = null;
  let at = 0;
  let wish = 0;
  /** @type {(done: boolean) => void} */
  let met = () => {};
  let notes = false;
  let playing = false;
  let timer = 0;
  /** @type {string[] | null} */
  let rows = null;
  // The tab that a link opens.
  let opening = "";

  // For what is done only in a presentation.
  const shown = () => /** @type {Deck} */ (deck);

  const warning = h("div", { class: "warning", role: "alert", hidden: true });
  /** @param {Message} error */
  const warn = (error) => {
    warning.hidden = false;
    warning.replaceChildren(h("span", {}, say(error.zh, error.en)),
      h("button", { type: "button", "aria-label": say("关闭提示", "Close the message"), onclick: () => { warning.hidden = true; } }, "×"));
  };
  /**
   * @param {string} call
   * @param {any} request
   */
  const ask = async (call, request) => {
    const answer = (await server[call](request)) || { error: { zh: "连不上服务器，请稍后重试", en: "the server cannot be reached; please try again" } };
    if (answer.error) warn(answer.error);
    return answer;
  };

  const forget = () => {
    wish += 1;
    met(false);
  };
  /**
   * Has a tab filled in and run. Whether that was done; not where something else was wanted meanwhile.
   *
   * @param {{tab: string, input: any}} wanted
   * @returns {Promise<boolean>}
   */
  const fill = ({ tab, input }) => {
    forget();
    opening = tab;
    if (shownTab() !== tab) emit("open", { tab });
    emit(`fill_${tab}`, { wish, input });
    return new Promise((resolve) => { met = resolve; });
  };

  const bar = makeBar({
    /** @param {number} by */
    onStep: (by) => { pause(); go(at + by); }, onDeck: (name) => start(name, 0), onLeave: () => leave(),
    onNotes: () => { notes = !notes; show(); }, onCode: () => toggleCode(), onPlay: () => { if (playing) pause(); else play(); },
  });
  // Short enough for a code that the last row can read: the step by its number, not by what it says.
  const linkOfStep = () => {
    const url = new URL(location.pathname, location.origin);
    url.searchParams.set("deck", shown().name);
    url.searchParams.set("step", String(at + 1));
    return url.href;
  };
  const show = () => bar.show({ deck: shown(), at, withNotes: notes, playing, rows, link: rows && linkOfStep() });
  const pause = () => {
    clearTimeout(timer);
    if (!playing) return;
    playing = false;
    show();
  };
  // The next step, once this one has been seen for its time; the last one stays.
  const wait = () => {
    clearTimeout(timer);
    if (!playing) return;
    const { steps, seconds } = shown();
    bar.countDown(seconds);
    timer = setTimeout(() => { if (at === steps.length - 1) pause(); else go(at + 1); }, 1000 * seconds);
  };
  const play = () => {
    playing = true;
    if (at === shown().steps.length - 1) go(0);
    else wait();
    show();
  };
  const drawCode = async () => {
    const link = linkOfStep();
    const answer = await ask("draw_code", { url: link });
    if (deck && link === linkOfStep() && answer.rows) rows = answer.rows;
  };
  const toggleCode = async () => {
    if (rows) rows = null;
    else await drawCode();
    if (deck) show();
  };

  /** @param {number} number */
  const go = async (number) => {
    const to = Math.max(0, Math.min(number, shown().steps.length - 1));
    if (to === at && document.body.classList.contains("modou-present")) return;
    await open(to);
  };
  /** @param {number} number */
  const open = async (number) => {
    at = number;
    clearTimeout(timer);
    const url = plain();
    url.searchParams.delete("tab");
    for (const [name, value] of Object.entries({ present: 1, deck: shown().name, step: at + 1 })) url.searchParams.set(name, String(value));
    history.replaceState(null, "", url);
    const kept = rows;
    show();
    document.documentElement.scrollTop = 0;
    // Keys go to the bar, so that the next one is not for a slider of the tab before.
    bar.bar.focus({ preventScroll: true });
    const step = shown().steps[at];
    root.dataset.step = "";
    if (await fill(step)) {
      root.dataset.step = `${shown().name} ${at + 1}`;
      wait();
    }
    if (kept && deck && step === shown().steps[at]) {
      await drawCode();
      if (deck) show();
    }
  };
  /**
   * @param {string} name
   * @param {number} step
   */
  const start = async (name, step) => {
    if (!decks) decks = (await ask("open_decks", {})).decks || null;
    if (!decks) return;
    deck = decks.find((one) => one.name === name) || decks[0];
    playing = deck.seconds > 0;
    notes = playing;
    bar.offer(decks);
    fit();
    document.body.classList.add("modou-present");
    bar.node.hidden = false;
    await open(Math.min(step, shown().steps.length - 1));
  };
  const leave = () => {
    forget();
    pause();
    const tab = shown().steps[at].tab;
    deck = null;
    rows = null;
    document.body.classList.remove("modou-present");
    bar.node.hidden = true;
    const url = plain();
    url.searchParams.set("tab", tab);
    history.replaceState(null, "", url);
    document.querySelector("#modou-present")?.focus();
  };

  /** @type {Record<string, () => unknown>} */
  const KEYS = {
    ArrowRight: () => go(at + 1), " ": () => { if (playing) pause(); else play(); }, PageDown: () => go(at + 1), ArrowLeft: () => go(at - 1), PageUp: () => go(at - 1),
    Home: () => go(0), End: () => go(shown().steps.length - 1),
    n: () => { notes = !notes; show(); }, q: () => toggleCode(),
    Escape: () => { if (rows) toggleCode(); else leave(); },
  };
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (!deck || !element.isConnected || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    const typing = targetOf(event).closest("input, textarea, select, [contenteditable=true], [role=slider]");
    if (typing) {
      // The first Esc ends the typing.
      if (event.key === "Escape") bar.bar.focus({ preventScroll: true });
      return;
    }
    // Tabs and the board have keys of their own.
    if (targetOf(event).closest("[role=tab], [role=radiogroup], .board") && event.key.length > 1 && event.key !== "Escape" && !event.key.startsWith("Page")) return;
    // Space presses what it is on, and else pauses a deck that goes by itself.
    if (event.key === " " && (!shown().seconds || targetOf(event).closest("button, a, summary, [role=button], [role=tab], .board"))) return;
    if (event.key !== " ") pause();
    const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || event.shiftKey) return;
    event.preventDefault();
    act();
  };

  let begun = false;
  /** @param {any} value */
  const draw = async (value) => {
    if (value?.filled === wish) met(true);
    if (begun) return;
    begun = true;
    bar.node.hidden = true;
    root.replaceChildren(warning, bar.node);
    document.addEventListener("keydown", onKey);
    window.addEventListener("resize", fit);
    followTabs((tab) => emit("open", { tab }), (tab) => {
      if (!deck) noteTab(tab !== opening);
      opening = "";
    });
    window.addEventListener("modou-present", (event) => {
      if (element.isConnected && !deck) start(/** @type {CustomEvent<string | null>} */ (event).detail || shownTab(), 0);
    });
    // Who does something else than watch wants to stay.
    document.addEventListener("pointerdown", (event) => { if (playing && !bar.node.contains(targetOf(event))) pause(); });
    if (!isCarrying()) return;
    const answer = await ask("open_link", { query: location.search });
    if (answer.present) await start(answer.present.deck, answer.present.step - 1);
    else if (answer.tab) await fill(answer);
  };

  return draw;
};
