// Games and positions in and out: FEN and PGN.

import { h } from "modou/views/dom.js";
import { copy, save } from "modou/views/files.js";
import { say } from "modou/views/language.js";

const MAX_FILE = 1_000_000;

export const makeFiles = ({ ask, examples, onOpen, onError, current, shown }) => {
  const text = h("textarea", { rows: "4", spellcheck: "false", class: "source", "aria-label": "FEN / PGN", placeholder: say(
    "粘贴 FEN 或 PGN（中文、ICCS 或 WXF 记谱均可）", "Paste a FEN, or a PGN in Chinese, ICCS or WXF notation") });
  // The button opens it; a second stop for the tab key would be one that nobody sees.
  const picker = h("input", { type: "file", accept: ".pgn,.txt,.fen", class: "picker", tabindex: "-1", "aria-label": say("选择棋谱文件", "Choose a game file") });
  const games = h("div", { class: "games" });
  const tags = h("dl", { class: "tags" });

  const titleOf = (game, i) => {
    const { Red, White, Black, Event, Date: date } = game.tags || {};
    const who = [Red || White, Black].filter((name) => name && name !== "?").join(" – ");
    const number = `${game.number || i + 1}. `;
    if (game.error) return number + say(`无法读取：${game.error.zh}`, `cannot be read: ${game.error.en}`);
    return `${number}${[who || Event || say("对局", "Game"), date, game.result && game.result !== "*" ? game.result : ""].filter(Boolean).join(" · ")}`;
  };
  // The latest thing to be opened wins, whichever answer comes first.
  let latest = 0;
  const openers = { read: null, choose: null };
  const reading = (on) => {
    const focused = Object.values(openers).find((opener) => opener === document.activeElement);
    for (const opener of Object.values(openers)) opener.disabled = on;
    openers.choose.textContent = on ? say("读取中…", "Reading…") : say("选择文件…", "Choose a file…");
    // A disabled button loses the focus, and with it the visitor's place on the page.
    if (on && focused) back = focused;
    else if (!on && back && document.activeElement === document.body) back.focus();
    if (!on) back = null;
  };
  let back = null;
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
    const first = answer.games.findIndex((game) => !game.error);
    if (answer.games.length > 1) {
      const select = h("select", { "aria-label": say("选择一局", "Choose a game"), onchange: () => onOpen(answer.games[select.value]) },
        answer.games.map((game, i) => h("option", { value: i, disabled: Boolean(game.error), selected: i === first }, titleOf(game, i))));
      const left = answer.left_out;
      games.append(select, left ? h("small", {}, say(`另有 ${left} 局未列出`, `${left} more games not listed`)) : "");
    }
    if (first >= 0) onOpen(answer.games[first]);
    else onError(answer.games[0].error);
  };
  picker.addEventListener("change", () => {
    const [file] = picker.files;
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
    reader.onload = () => { if (number === latest) open({ data: reader.result.split(",")[1] || "" }, number); };
    reader.onerror = () => {
      if (number !== latest) return;
      reading(false);
      onError({ zh: "无法读取文件", en: "the file cannot be read" });
    };
    reader.readAsDataURL(file);
  });

  const notation = h("select", { "aria-label": say("记谱法", "Notation"), class: "notation" },
    h("option", { value: "chinese" }, say("中文记谱", "Chinese notation")), h("option", { value: "iccs" }, "ICCS"), h("option", { value: "wxf" }, "WXF"));
  const exported = async (game) => {
    const answer = await ask("save_game", { ...game, notation: notation.value });
    if (answer.error) onError(answer.error);
    return answer.error ? null : answer;
  };
  const button = (label, act, kind = "") => h("button", { type: "button", class: kind, onclick: act }, label);
  openers.read = button(say("读取", "Read"), () => open({ text: text.value }), "primary");
  openers.choose = button(say("选择文件…", "Choose a file…"), () => picker.click());
  const node = h("div", { class: "files" },
    h("h4", {}, say("打开", "Open")), text,
    h("div", { class: "buttons" },
      openers.read, openers.choose, picker),
    examples.length ? h("div", { class: "buttons examples" }, h("span", {}, say("示例：", "Examples: ")),
      examples.map((label, i) => button(typeof label === "string" ? label : say(label.zh, label.en), () => open({ example: i })))) : null,
    games, tags,
    h("h4", {}, say("保存", "Save")), notation,
    h("div", { class: "buttons" },
      button(say("复制 PGN", "Copy PGN"), async (e) => { const b = e.currentTarget; const a = await exported(current()); if (a) copy(a.pgn, b); }),
      button(say("下载 PGN", "Download PGN"), async () => { const a = await exported(current()); if (a) save("xiangqi.pgn", "application/x-chess-pgn", a.pgn); }),
      button(say("复制 FEN", "Copy FEN"), async (e) => { const b = e.currentTarget; const a = await exported(shown()); if (a) copy(a.fen, b); })));
  // What the file says about the game on the board: the user's text, shown as text.
  const show = (found) => {
    tags.replaceChildren(...Object.entries(found || {}).filter(([key, value]) => value !== "?" && !["FEN", "SetUp", "Format", "Game"].includes(key))
      .flatMap(([key, value]) => [h("dt", {}, key), h("dd", {}, value)]));
  };
  return { node, show };
};
