// The position editor.
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { FACES, isRed, pieceName, piecesOf, squareName, START_FEN } from "modou/xiangqi/views/pieces.js";

/** @import { Edited } from "modou/xiangqi/views/match.js" */

/**
 * @param {{ask: (call: string, request: any) => Promise<any>, onChange: (edited: Edited) => void, onPlay: (fen: string) => void, onLeave: () => void}} given
 */
export const makeEditor = ({ ask, onChange, onPlay, onLeave }) => {
  let pieces = new Map();
  let side = "w";
  let tool = "hand";
  /** @type {string | null} */
  let held = null;
  let latest = 0;
  const message = h("p", { class: "message", role: "status" });
  const fen = () => {
    const rows = [];
    for (let rank = 9; rank >= 0; rank -= 1) {
      let row = "";
      for (let file = 0; file < 9; file += 1) row += pieces.get(squareName(file, rank)) || ".";
      rows.push(row.replace(/\.+/g, (gap) => String(gap.length)));
    }
    return `${rows.join("/")} ${side} - - 0 1`;
  };
  /**
   * @param {string} name
   * @param {string} face
   * @param {string} label
   */
  const pick = (name, face, label) => h("button", {
    type: "button", "data-tool": name, "aria-label": label, title: label, lang: name.length > 1 ? null : "zh-Hant",
    class: name.length > 1 ? "" : isRed(name) ? "red" : "black", onclick: () => { tool = name; held = null; refresh(); },
  }, face);
  const tools = h("div", { class: "segments tools", role: "group", "aria-label": say("工具", "Tools") },
    pick("hand", say("移动", "Move"), say("移动棋子", "Move a piece")), pick("erase", say("删除", "Remove"), say("删除棋子", "Remove a piece")));
  const palette = h("div", { class: "palette", role: "group", "aria-label": say("棋子", "Pieces") },
    Object.entries(FACES).map(([letter, face]) => pick(letter, face, pieceName(letter))));
  const play = h("button", { type: "button", class: "primary", disabled: true, onclick: () => onPlay(fen()) }, say("从这里下", "Play from here"));
  /**
   * @param {any} value
   * @param {string} label
   */
  const turn = (value, label) => h("label", {}, h("input", { type: "radio", name: "xiangqi-turn", value, onchange: () => { side = value; changed(); } }), h("span", {}, label));
  const turns = h("div", { class: "segments", role: "radiogroup", "aria-label": say("轮到", "To move") }, turn("w", say("红先", "Red to move")), turn("b", say("黑先", "Black to move")));
  const text = h("output", { class: "fen" });

  const refresh = () => {
    for (const choice of [...tools.children, ...palette.children]) choice.setAttribute("aria-pressed", String(choice.getAttribute("data-tool") === tool));
    for (const input of turns.querySelectorAll("input")) input.checked = input.value === side;
    text.textContent = fen();
    onChange({ pieces: [...pieces].map(([at, letter]) => ({ id: `${letter}${at}`, letter, at })), held });
  };
  // The server is the judge of positions, as of moves.
  const changed = async () => {
    refresh();
    latest += 1;
    const number = latest;
    const answer = await ask("replay", { start: fen(), moves: [] });
    if (number !== latest) return;
    play.disabled = Boolean(answer.error);
    message.className = answer.error ? "message bad" : "message good";
    const told = answer.error ? say(answer.error.zh, answer.error.en) : say("局面合法，可以开始。", "The position is legal: you can start.");
    // Writing the same text again would have it read out again.
    if (message.textContent !== told) message.textContent = told;
  };
  /** @param {string} text_ */
  const set = (text_) => {
    const [, turn_] = text_.split(" ");
    pieces = new Map(piecesOf(text_).map(({ letter, at }) => [at, letter]));
    side = turn_ === "b" ? "b" : "w";
    held = null;
    changed();
  };
  /** @param {string} square */
  const click = (square) => {
    if (tool === "erase") {
      pieces.delete(square);
    } else if (tool !== "hand") {
      pieces.set(square, tool);
    } else if (held && held !== square) {
      pieces.set(square, pieces.get(held));
      pieces.delete(held);
      held = null;
    } else {
      held = held === square || !pieces.has(square) ? null : square;
      refresh();
      return;
    }
    changed();
  };
  /**
   * @param {string} label
   * @param {() => unknown} act
   */
  const button = (label, act) => h("button", { type: "button", onclick: act }, label);
  const node = h("div", { class: "editor" },
    h("p", { class: "hint" }, say("选一枚棋子，点棋盘放上；也可以移动或删除棋盘上的子。", "Choose a piece and click the board to place it; or move and remove pieces on the board.")),
    tools, palette, turns,
    h("div", { class: "buttons" },
      button(say("清空", "Clear"), () => set(`3k5/9/9/9/9/9/9/9/9/4K4 ${side}`)),
      button(say("开局", "Start position"), () => set(START_FEN)),
      play, button(say("取消", "Cancel"), onLeave)),
    message, text);
  return { node, set, click };
};
