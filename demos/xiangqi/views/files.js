// Games and positions in and out: FEN and PGN.

import { h } from "modou/views/dom.js";
import { copy, save } from "modou/views/files.js";
import { say } from "modou/views/language.js";

/** @import { Attributes } from "modou/views/dom.js" */
/** @import { Message } from "modou/views/result.js" */
/** @import { Tags } from "modou/xiangqi/views/match.js" */

/**
 * @typedef {object} FileParts
 * @property {(call: string, request: any) => Promise<any>} ask
 * @property {(string | Message)[]} examples
 * @property {(game: any) => void} onOpen
 * @property {(error: Message) => void} onError
 * @property {() => object} current
 * @property {() => object} shown
 */

const MAX_FILE = 1_000_000;

/** @param {FileParts} given */
export const makeFiles = ({ ask, examples, onOpen, onError, current, shown }) => {
  const text = h("textarea", { rows: "4", spellcheck: "false", class: "source", "aria-label": "FEN / PGN", placeholder: say(
    "粘贴 FEN 或 PGN（中文、ICCS 或 WXF 记谱均可）", "Paste a FEN, or a PGN in Chinese, ICCS or WXF notation") });
  // The button opens it; a second stop for the tab key would be one that nobody sees.
  const picker = h("input", { type: "file", accept: ".pgn,.txt,.fen", class: "picker", tabindex: "-1", "aria-label": say("选择棋谱文件", "Choose a game file") });
  const games = h("div", { class: "games" });
  const tags = h("dl", { class: "tags" });

  /**
   * @param {any} game
   * @param {number} i
   */
  const titleOf = (game, i) => {
    const { Red, White, Black, Event, Date: date } = game.tags || {};
    const who = [Red || White, Black].filter((name) => name && name !== "?").join(" – ");
    const number = `${game.number || i + 1}. `;
    if (game.error) return number + say(`无法读取：${game.error.zh}`, `cannot be read: ${game.error.en}`);
    return `${number}${[who || Event || say("对局", "Game"), date, game.result && game.result !== "*" ? game.result : ""].filter(Boolean).join(" · ")}`;
  };
  // The latest thing to be opened wins, whichever answer comes first.
  let latest = 0;
  /** @param {boolean} on */
  const reading = (on) => {
    const had = [readButton, chooseButton].find((opener) => opener === document.activeElement);
    for (const opener of [readButton, chooseButton]) opener.disabled = on;
    chooseButton.textContent = on ? say("读取中…", "Reading…") : say("选择文件…", "Choose a file…");
    // A disabled button loses the focus, and with it the visitor's place on the page.
    if (on && had) back = had;
    else if (!on && back && document.activeElement === document.body) back.focus();
    if (!on) back = null;
  };
  /** @type {HTMLElement | null | undefined} */
  let back = null;
  /**
   * @param {any} request
   * @param {number} [number]
   */
  const open = async (request, number = (latest += 1)) => {
    reading(true);
    const answer = await ask("open_game", request);
    if (number !== latest) return;
    reading(false);
    if (answer.error) {
      onError(answer.error);
      return;
    }
    games.replaceChildren();
    const first = answer.games.findIndex((/** @type {any} */ game) => !game.error);
    if (answer.games.length > 1) {
      const select = h("select", { "aria-label": say("选择一局", "Choose a game"), onchange: (event) => onOpen(answer.games[Number(event.currentTarget.value)]) },
        answer.games.map((/** @type {any} */ game, /** @type {number} */ i) => h("option", { value: i, disabled: Boolean(game.error), selected: i === first }, titleOf(game, i))));
      const left = answer.left_out;
      games.append(select, left ? h("small", {}, say(`另有 ${left} 局未列出`, `${left} more games not listed`)) : "");
    }
    if (first >= 0) onOpen(answer.games[first]);
    else onError(answer.games[0].error);
  };
  picker.addEventListener("change", () => {
    const file = picker.files?.[0];
    picker.value = "";
    if (!file) return;
    if (file.size > MAX_FILE) {
      onError({ zh: "文件超过 1 MB", en: "the file is larger than 1 MB" });
      return;
    }
    latest += 1;
    const number = latest;
    reading(true);
    const reader = new FileReader();
    reader.onload = () => { if (number === latest) open({ data: String(reader.result).split(",")[1] || "" }, number); };
    reader.onerror = () => {
      if (number !== latest) return;
      reading(false);
      onError({ zh: "无法读取文件", en: "the file cannot be read" });
    };
    reader.readAsDataURL(file);
  });

  const notation = h("select", { "aria-label": say("记谱法", "Notation"), class: "notation" },
    h("option", { value: "chinese" }, say("中文记谱", "Chinese notation")), h("option", { value: "iccs" }, "ICCS"), h("option", { value: "wxf" }, "WXF"));
  /** @param {any} game */
  const exported = async (game) => {
    const answer = await ask("save_game", { ...game, notation: notation.value });
    if (answer.error) onError(answer.error);
    return answer.error ? null : answer;
  };
  /**
   * @param {string} label
   * @param {Attributes<HTMLButtonElement>["onclick"]} act
   */
  const button = (label, act, kind = "") => h("button", { type: "button", class: kind, onclick: act }, label);
  const readButton = button(say("读取", "Read"), () => open({ text: text.value }), "primary");
  const chooseButton = button(say("选择文件…", "Choose a file…"), () => picker.click());
  const node = h("div", { class: "files" },
    h("h4", {}, say("打开", "Open")), text,
    h("div", { class: "buttons" },
      readButton, chooseButton, picker),
    examples.length ? h("div", { class: "buttons examples" }, h("span", {}, say("示例：", "Examples: ")),
      examples.map((label, i) => button(typeof label === "string" ? label : say(label.zh, label.en), () => open({ example: i })))) : null,
    games, tags,
    h("h4", {}, say("保存", "Save")), notation,
    h("div", { class: "buttons" },
      button(say("复制 PGN", "Copy PGN"), async (e) => { const b = e.currentTarget; const a = await exported(current()); if (a) copy(a.pgn, b); }),
      button(say("下载 PGN", "Download PGN"), async () => { const a = await exported(current()); if (a) save("xiangqi", "pgn", "application/x-chess-pgn", a.pgn); }),
      button(say("复制 FEN", "Copy FEN"), async (e) => { const b = e.currentTarget; const a = await exported(shown()); if (a) copy(a.fen, b); })));
  // What the file says about the game on the board: the user's text, shown as text.
  /** @param {Tags | null} found */
  const show = (found) => {
    tags.replaceChildren(...Object.entries(found || {}).filter(([key, value]) => value !== "?" && !["FEN", "SetUp", "Format", "Game"].includes(key))
      .flatMap(([key, value]) => [h("dt", {}, key), h("dd", {}, value)]));
  };
  return { node, show };
};
