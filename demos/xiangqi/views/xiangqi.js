// The Xiangqi tab as it is laid out: board, panel, and what they show of the game (xiangqi_game.js).
const board = makeBoard({ onMove: play, onSquare: (square) => editor.click(square), onPick: () => { picking = true; drawBoard(); } });
const button = (name, label, act, kind = "") => h("button", { type: "button", class: `${name} ${kind}`, onclick: act }, label);
const buttons = {
  fresh: button("new", say("新局", "New game"), () => newGame()),
  undo: button("undo", say("悔棋", "Undo"), undo),
  hint: button("suggest", say("提示", "Hint"), hint),
  resign: button("resign", say("认输", "Resign"), resign),
  run: button("run", "", toggleRun),
  again: button("again", say("重试", "Try again"), () => next()),
  on: button("play-on", say("从这里下", "Play on from here"), playOn),
  back: button("unshelve", say("回到我的对局", "Back to my game"), unshelve),
  flip: button("flip", say("翻转棋盘", "Flip"), () => { state.flipped = !state.flipped; remember(); update(); }),
};
const segments = (name, legend, choices, act) => {
  const group = h("div", { class: "segments", role: "radiogroup", "aria-label": legend }, choices.map(([value, label]) => h("label", {},
    h("input", { type: "radio", name: `xiangqi-${name}`, value, onchange: () => act(value) }), h("span", {}, label))));
  return { node: h("div", { class: "setting" }, h("b", {}, legend), group),
    set: (value) => { for (const input of group.querySelectorAll("input")) input.checked = input.value === value; } };
};
const toggle = (name, label, act) => {
  const input = h("input", { type: "checkbox", name: `xiangqi-${name}`, onchange: () => act(input.checked) });
  return { node: h("label", { class: "toggle" }, input, h("span", {}, label)), set: (on) => { input.checked = on; } };
};
const choice = (label, options, act) => {
  const select = h("select", { "aria-label": label, onchange: () => act(select.value) }, options.map(([value, text]) => h("option", { value }, text)));
  return { node: select, set: (value) => { select.value = String(value); } };
};
const keep = (key) => (value) => { state[key] = value; remember(); update(); };
const offered = props.value;
const controls = {
  side: segments("side", say("执棋", "Side"), [["red", say("红", "Red")], ["black", say("黑", "Black")], ["watch", say("观战", "Watch")]], takeSide),
  level: segments("level", say("难度", "Level"), Object.entries(LEVELS).map(([key, { label }]) => [key, label]), keep("level")),
  model: choice(say("模型", "Model"), offered.models.map((name) => [name, NAMES_OF_MODELS[name] || name]), takeModel),
  searching: toggle("search", say("搜索", "Search"), keep("searching")),
  nodes: choice(say("搜索的局面数", "Positions searched"), SEARCHES.map((n) => [n, say(`${n} 个局面`, `${n} positions`)]), (value) => keep("nodes")(Number(value))),
  arrows: toggle("arrows", say("箭头", "Arrows"), keep("arrows")),
  sound: toggle("sound", say("声音", "Sound"), (on) => { keep("sound")(on); knock(false); }),
  speed: choice(say("速度", "Speed"), SPEEDS.map(([value, label]) => [value, say(`速度：${label}`, `Speed: ${label}`)]), (value) => keep("speed")(Number(value))),
};
const turnLine = h("p", { class: "turn", tabindex: "-1" });
const live = h("p", { class: "live", role: "status", "aria-live": "polite" });
const errorText = h("span", { role: "alert" });
const errorLine = h("div", { class: "error" }, errorText,
  h("button", { type: "button", class: "close", "aria-label": say("关闭提示", "Close the message"), onclick: () => { trouble = null; update(); turnLine.focus(); } }, "×"));
// What the moves-only model cannot know is said beside it, or its moves would look like faults of the page.
const blind = h("p", { class: "blind", role: "note" }, say(
  "“只读着法”的模型看不到摆出来的开局局面，这一局它是在蒙着眼睛下。",
  "The moves-only model cannot see a position that was set up: in this game it plays blind."));
const thoughts = h("div", { class: "thoughts" });
const shares = ["red", "draw", "black"].map((kind) => h("span", { class: kind }));
const bar = h("div", { class: "value-bar", role: "img" }, shares);
const strips = { above: h("div", { class: "strip" }), below: h("div", { class: "strip" }) };
const moveList = makeMoveList({ onView: browse });
const reviewPage = makeReview({ onAnalyse: () => analyse(), onView: browse });
const compare = makeCompare({ ask: patiently, models: offered.models, facts: offered.facts || {}, onOpen: () => update() });
reviewPage.node.append(compare.node);
const files = makeFiles({
  ask, examples: offered.examples, onOpen: openGame, onError: complain,
  current: () => ({ ...asGame(), tags: state.tags || ourTags(), result: state.result || resultOf() }),
  // The position on the board, which need not be the last.
  shown: () => ({ start: state.start, moves: state.moves.slice(0, viewed) }),
});
const editor = makeEditor({
  ask, onPlay: startFrom, onChange: (edited) => { editing = edited; drawBoard(); }, onLeave: () => showPage("moves"),
});
const pages = { moves: moveList.node, review: reviewPage.node, files: files.node, editor: editor.node };
const tabs = h("div", { class: "tabs", role: "tablist" }, [
  ["moves", say("着法", "Moves")], ["review", say("分析", "Review")], ["files", say("棋谱", "Files")], ["editor", say("摆局", "Set up")],
].map(([name, label]) => h("button", {
  type: "button", role: "tab", id: `xiangqi-tab-${name}`, "aria-controls": `xiangqi-page-${name}`, "data-page": name, onclick: () => showPage(name),
}, label)));
tabs.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const all = [...tabs.children];
  const at = all.indexOf(document.activeElement);
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[event.key];
  if (at < 0 || to === undefined) return;
  const tab = all[(to + all.length) % all.length];
  showPage(tab.dataset.page);
  tab.focus();
  event.preventDefault();
  // Or the page would step through the moves as well.
  event.stopPropagation();
});
const showPage = (name) => {
  const left = editing && name !== "editor";
  state.page = name;
  if (left) editing = null;
  if (name === "editor" && !editing) {
    abandon();
    running = false;
    mind = null;
    editor.set(fenAt());
  }
  remember();
  // A jump that has been asked for (a new game) goes on by itself.
  if (left && !busy) next();
  else update();
};
const fenAt = () => {
  if (atEnd()) return game.fen;
  const pieces = new Map(piecesAfter(game.start, game.moves.slice(0, viewed)).map((piece) => [piece.at, piece.letter]));
  const rows = [...Array(10).keys()].map((i) => [...Array(9).keys()].map((file) => pieces.get(squareName(file, 9 - i)) || "1").join(""));
  return `${rows.join("/")} ${sideAt(viewed) === "red" ? "w" : "b"} - - 0 1`;
};
const ourTags = () => {
  const gpt = `Modou GPT (${state.model})`;
  const human = say("棋手", "Player");
  const names = state.mode === "watch" ? [gpt, gpt] : state.side === "red" ? [human, gpt] : [gpt, human];
  return { Red: names[0], Black: names[1] };
};

const announce = () => {
  const last = game.chinese.length;
  const mover = SIDE_NAMES[(game.first === "red") === (last % 2 === 1) ? "red" : "black"];
  const check = game.checks[last] ? say("，将军", ", check") : "";
  live.textContent = last ? `${mover} ${game.chinese[last - 1]} ${game.moves[last - 1]}${check}` : "";
};
// The view of the model's inside lives elsewhere on the page; it is told which position is on the board.
const publish = () => {
  const position = { start: state.start, moves: game.moves.slice(0, viewed), model: state.model };
  if (JSON.stringify(position) === JSON.stringify(window.modouXiangqi)) return;
  window.modouXiangqi = position;
  window.dispatchEvent(new CustomEvent("modou-xiangqi"));
};
const ending = () => {
  const { reason, winner } = status();
  if (reason === "playing") return null;
  return `${winner ? say(`${SIDE_NAMES[winner]}胜`, `${SIDE_NAMES[winner]} wins`) : say("和棋", "Draw")} · ${REASONS[reason] || reason}`;
};

// Everything that could change the game, to be shut while the stored one is on its way.
const stage = h("div", { class: "stage" }, bar, h("div", { class: "table" }, strips.above, board.node, strips.below));
const actions = h("div", { class: "actions" }, ["fresh", "undo", "hint", "resign", "run", "again", "on", "back"].map((name) => buttons[name]));
const book = h("div", { class: "book" }, tabs, Object.entries(pages).map(([name, page]) => {
  for (const [key, value] of Object.entries({ role: "tabpanel", id: `xiangqi-page-${name}`, "aria-labelledby": `xiangqi-tab-${name}` })) page.setAttribute(key, value);
  page.classList.add("page");
  return page;
}));
const build = () => {
  const settingsNode = h("div", { class: "settings" }, controls.side.node, controls.level.node,
    h("div", { class: "row" }, controls.model.node, controls.searching.node, controls.nodes.node), blind,
    h("div", { class: "row" }, controls.arrows.node, controls.sound.node, controls.speed.node, buttons.flip));
  root().replaceChildren(
    stage,
    h("div", { class: "panel" },
      h("div", { class: "side" }, h("div", { class: "state" }, turnLine, live, errorLine), actions, thoughts, settingsNode),
      book));
  root().addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || busy === "resume") return;
    if (event.target.closest("input, textarea, select, summary, .board")) return;
    browse(viewed + step);
    event.preventDefault();
  });
};

const arrowsShown = () => {
  if (!state.arrows || picking) return [];
  const thought = mindShown();
  // A search leaves some of the moves it lists without a visit.
  return thought ? thought.candidates.filter((c) => c.probability >= 0.005).map((c) => ({ ...c, kind: thought.hint ? "hint" : "mind" })) : [];
};
const drawBoard = () => {
  if (editing) {
    board.show({ pieces: editing.pieces, legal: editing.held ? { [editing.held]: [] } : {}, arrows: [], last: null, check: null, edit: true, flipped: state.flipped });
    return;
  }
  const pieces = piecesAfter(game.start, game.moves.slice(0, viewed));
  const side = sideAt(viewed);
  const king = pieces.find((piece) => piece.letter === (side === "red" ? "K" : "k"));
  const free = mineToMove() && atEnd() && (!busy || busy === "hint");
  board.show({
    pieces, legal: free ? game.legal : {}, arrows: arrowsShown(), last: viewed ? game.moves[viewed - 1] : null,
    check: game.checks[viewed] ? king.at : null, edit: false, flipped: state.flipped,
  });
  drawStrips(pieces);
};
const drawStrips = (pieces) => {
  const gone = pieces.filter((piece) => !piece.at).map((piece) => piece.letter);
  const fill = (strip, side) => {
    const taken = gone.filter((letter) => isRed(letter) !== (side === "red"));
    taken.sort((a, b) => "RCNPABK".indexOf(a.toUpperCase()) - "RCNPABK".indexOf(b.toUpperCase()));
    const tagged = state.mode === "replay" && state.tags && (side === "red" ? state.tags.Red || state.tags.White : state.tags.Black);
    // A question mark is PGN for "unknown".
    const who = (tagged !== "?" && tagged) || (state.mode === "play" && side === state.side ? say("您", "you") : state.mode === "replay" ? "" : "GPT");
    const thinking = busy === "think" && game.side === side;
    strip.classList.toggle("moving", !isOver() && game.side === side && atEnd());
    strip.replaceChildren(
      h("span", { class: `who ${side}` }, h("i", {}), `${SIDE_NAMES[side]}${who ? ` · ${who}` : ""}`),
      h("span", { class: "thinking" }, thinking ? say("思考中…", "thinking…") : ""),
      h("span", { class: "taken", lang: "zh-Hant", "aria-label": taken.length ? say("吃掉的子", "captured") : null },
        taken.map((letter) => h("i", { class: isRed(letter) ? "red" : "black" }, FACES[letter]))));
  };
  fill(strips.above, state.flipped ? "red" : "black");
  fill(strips.below, state.flipped ? "black" : "red");
};
const drawThoughts = () => {
  const thought = mindShown();
  const value = valueShown();
  const [red, draw, black] = value || [0, 0, 0];
  shares.forEach((share, i) => { share.style.flexGrow = value ? Math.max(value[i], 0.001) : 1; });
  bar.classList.toggle("unknown", !value);
  bar.classList.toggle("flipped", state.flipped);
  const words = value ? say(`红胜 ${percent(red)} · 和 ${percent(draw)} · 黑胜 ${percent(black)}`, `red ${percent(red)} · draw ${percent(draw)} · black ${percent(black)}`) : "";
  bar.setAttribute("aria-label", say(`GPT 对结果的看法 ${words}`, `The GPT's view of the result: ${words}`));
  const rows = thought ? thought.candidates : [];
  const filler = Array.from({ length: 5 - rows.length }, () => h("li", { class: "blank" }, h("b", {}, "—"), h("i", {}), h("span", {}, "")));
  thoughts.replaceChildren(
    h("h4", {}, thought && thought.hint ? say("提示：GPT 会这样走", "Hint: what the GPT would play") : say("GPT 的想法", "The GPT's mind"),
      h("small", {}, words)),
    h("ol", {}, rows.map((c) => h("li", { class: c.move === thought.move ? "chosen" : "" }, h("b", { lang: "zh" }, c.chinese),
      h("i", { style: `--p:${c.probability}` }), h("span", {}, percent(c.probability)))), filler),
    h("p", {}, thought ? (thought.positions ? say(
      `百分比为搜索访问占比 · 看了 ${thought.positions} 个局面 · `, `Percentages are shares of the search's visits · ${thought.positions} positions looked at · `) : "") + say(
      `屏蔽前 ${(100 * thought.legal_mass).toFixed(2)}% 的概率在合法着法上 · ${Math.round(thought.milliseconds)} ms`,
      `${(100 * thought.legal_mass).toFixed(2)}% of the raw probability on legal moves · ${Math.round(thought.milliseconds)} ms`)
      : say("GPT 走棋后，这里列出它考虑的着法。", "After the GPT has moved, what it considered is listed here.")));
};

const turnText = (over) => {
  if (busy === "resume") return say("正在取回对局…", "Fetching your game…");
  if (editing) return say("摆局中", "Setting up a position");
  if (state.mode === "replay") {
    const known = state.result && state.result !== "*" ? say(`结果 ${state.result}`, `result ${state.result}`) : over;
    return [`${say("复盘", "Replay")} ${viewed} / ${game.moves.length}`, known].filter(Boolean).join(" · ");
  }
  if (over) return over;
  const check = game.checks.at(-1) ? say(" · 将军！", " · check!") : "";
  if (busy === "think") return say("GPT 思考中…", "The GPT is thinking…") + check;
  if (!mineToMove()) return say(`轮到${SIDE_NAMES[game.side]}`, `${SIDE_NAMES[game.side]} to move`) + check;
  return say(`轮到您走（${SIDE_NAMES[state.side]}）`, `Your move (${SIDE_NAMES[state.side].toLowerCase()})`) + check;
};

const update = () => {
  const over = ending();
  turnLine.classList.toggle("over", Boolean(over) && state.mode !== "replay");
  turnLine.textContent = turnText(over);
  root().classList.toggle("busy", busy === "think");
  const told = trouble ? say(trouble.zh, trouble.en) : "";
  // Writing the same text again would have it read out again.
  if (errorText.textContent !== told) errorText.textContent = told;
  errorLine.hidden = !trouble;
  for (const part of [stage, actions, controls.side.node, book]) part.inert = busy === "resume";
  blind.hidden = state.model !== MOVES_ONLY || !fromElsewhere();
  const [playing, replaying] = [state.mode === "play", state.mode === "replay"];
  for (const [name, visible] of Object.entries({ undo: playing, hint: playing, resign: playing, run: !playing, on: replaying, back: Boolean(state.shelved),
    again: Boolean(trouble) && playing && !isOver() && !mineToMove() && !busy })) {
    buttons[name].hidden = !visible;
  }
  buttons.undo.disabled = Boolean(editing) || !(canUndo() || state.resigned);
  buttons.hint.disabled = Boolean(editing) || !mineToMove() || !atEnd() || Boolean(busy);
  buttons.resign.disabled = Boolean(editing) || isOver();
  buttons.run.disabled = Boolean(editing) || (state.mode === "watch" && isOver());
  buttons.run.textContent = running ? say("暂停", "Pause") : replaying ? say("自动播放", "Play through") : say("开始", "Start");
  controls.side.set(state.mode === "watch" ? "watch" : replaying ? "" : state.side);
  for (const name of ["level", "model", "searching", "nodes", "arrows", "sound", "speed"]) controls[name].set(state[name]);
  controls.speed.node.hidden = playing;
  controls.nodes.node.hidden = !state.searching;
  controls.model.node.disabled = offered.models.length < 2;
  for (const tab of tabs.children) {
    tab.setAttribute("aria-selected", String(tab.dataset.page === state.page));
    tab.tabIndex = tab.dataset.page === state.page ? 0 : -1;
  }
  for (const [name, page] of Object.entries(pages)) page.hidden = name !== state.page;
  const review = found && found.key === keyOf() ? found : null;
  moveList.show({ chinese: game.chinese, first: game.first, viewed, opinions: review && review.opinions });
  reviewPage.show({ found: review, curve: review && curve(review.opinions), viewed, count: game.moves.length, busy: reviewing === keyOf(), ending: over });
  compare.show(state.page === "review" && busy !== "confirm" && busy !== "resume" ? { start: state.start, moves: state.moves.slice(0, viewed), unusual: fromElsewhere() } : null);
  files.show(state.tags);
  drawThoughts();
  drawBoard();
  if (!editing && busy !== "confirm" && busy !== "resume") publish();
};

window.addEventListener("modou-xiangqi-open", () => { if (begun) openAsked(); });
let begun = false;
const draw = async (value) => {
  if (begun || !value || !value.game) return;
  begun = true;
  recall();
  if (!offered.models.includes(state.model)) state.model = offered.models[0] || null;
  if (!(state.level in LEVELS)) state.level = "standard";
  if (!(state.page in pages) || state.page === "editor") state.page = "moves";
  game = value.game;
  build();
  if (!state.start || (state.start === game.start && !state.moves.length)) {
    state.start = game.start;
    state.moves = [];
    announce();
    next();
    openAsked();
    return;
  }
  // `state` holds the only copy of the stored game until the server has confirmed it.
  busy = "resume";
  update();
  let answer = await ask("replay", asGame());
  // A server that is full or being restarted will be back; the stored game must not be given up for that.
  while ((answer.offline || answer.busy) && element.isConnected) {
    complain(answer.error);
    await sleep(1000);
    answer = await ask("replay", asGame());
  }
  if (!element.isConnected) return;
  busy = null;
  trouble = null;
  if (answer.error) {
    // The stored game cannot be used: better an empty board with the reason than no board.
    Object.assign(state, { start: game.start, moves: [], mode: "play", tags: null, result: null, resigned: null });
    fail(answer.error);
    openAsked();
    return;
  }
  game = null;
  accept(answer.game);
  next();
  openAsked();
};
