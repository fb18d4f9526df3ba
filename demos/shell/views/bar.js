// The bar of a presentation, the notes and the code above it.

import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { svg } from "modou/views/svg.js";

/** @import { Deck } from "modou/shell/views/stage.js" */

const QUIET = 4;

// A QR code of `rows` ("0110...") as a drawing, with the margin that readers want; dark on light in either theme.
/**
 * @param {string[]} rows
 * @param {string} label
 */
const codeDrawing = (rows, label) => {
  const side = rows.length + 2 * QUIET;
  const path = rows.flatMap((row, y) => [...row].map((dark, x) => (dark === "1" ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : ""))).join("");
  return svg("svg", { class: "code", viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges" },
    svg("rect", { width: side, height: side, fill: "#ffffff" }), svg("path", { d: path, fill: "#000000" }));
};

/**
 * @param {{onStep: (by: number) => void, onDeck: (name: string) => void, onNotes: () => void, onCode: () => void, onPlay: () => void, onLeave: () => void}} given
 */
export const makeBar = ({ onStep, onDeck, onNotes, onCode, onPlay, onLeave }) => {
  /**
   * @param {string} name
   * @param {string} label
   * @param {string} text
   * @param {() => unknown} act
   */
  const press = (name, label, text, act) => h("button", { type: "button", class: name, "aria-label": label, title: label, onclick: act }, text);
  const decks = h("select", { "aria-label": say("演示", "Deck"), onchange: (event) => onDeck(event.currentTarget.value) });
  const count = h("span", { class: "count" });
  const title = h("b", { class: "title", role: "status" });
  const buttons = {
    back: press("back", say("上一步（←）", "Previous (←)"), "←", () => onStep(-1)),
    next: press("next", say("下一步（→）", "Next (→)"), "→", () => onStep(1)),
    play: press("play-toggle", "", "", onPlay),
    notes: press("notes-toggle", say("讲稿（N）", "Notes (N)"), say("讲稿", "Notes"), onNotes),
    code: press("code-toggle", say("二维码（Q）", "QR code (Q)"), say("二维码", "QR"), onCode),
    leave: press("leave", say("退出（Esc）", "Leave (Esc)"), "×", onLeave),
  };
  const notes = h("div", { class: "notes", role: "note", "aria-label": say("讲稿", "Speaker notes") });
  const code = h("div", { class: "phone" });
  const left = h("i", { class: "left" });
  const bar = h("div", { class: "bar", role: "toolbar", tabindex: "-1", "aria-label": say("演示", "Presentation") },
    left, decks, count, title, buttons.back, buttons.play, buttons.next, buttons.notes, buttons.code, buttons.leave);
  const node = h("div", { class: "present" }, code, notes, bar);
  /** @param {Deck[]} all */
  const offer = (all) => decks.replaceChildren(...all.map((deck) => h("option", { value: deck.name }, say(deck.title.zh, deck.title.en))));
  // A line that grows along the bar while a step has its time.
  /** @param {number} seconds */
  const countDown = (seconds) => left.animate([{ width: "0" }, { width: "100%" }], { duration: 1000 * seconds });
  /** @param {{deck: Deck, at: number, withNotes: boolean, playing: boolean, rows: string[] | null, link: string | null}} given */
  const show = ({ deck, at, withNotes, playing, rows, link }) => {
    const label = playing ? say("暂停", "Pause") : say("继续播放", "Play");
    buttons.play.hidden = !deck.seconds;
    buttons.play.textContent = playing ? "❚❚" : "▶";
    buttons.play.setAttribute("aria-label", label);
    buttons.play.title = label;
    if (!playing) left.getAnimations().forEach((one) => one.cancel());
    const step = deck.steps[at];
    decks.value = deck.name;
    count.textContent = `${at + 1} / ${deck.steps.length}`;
    title.textContent = say(step.title.zh, step.title.en);
    buttons.back.disabled = at === 0;
    buttons.next.disabled = at === deck.steps.length - 1;
    buttons.notes.setAttribute("aria-pressed", String(withNotes));
    buttons.code.setAttribute("aria-pressed", String(Boolean(rows)));
    notes.hidden = !withNotes;
    notes.textContent = say(step.note.zh, step.note.en) || say("这一步没有讲稿。", "No notes for this step.");
    code.hidden = !rows;
    code.replaceChildren(...(rows ? [codeDrawing(rows, say("这一步的二维码", "QR code of this step")), h("p", {}, link)] : []));
  };
  return { node, bar, offer, show, countDown };
};
