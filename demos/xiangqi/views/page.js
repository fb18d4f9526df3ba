// The Xiangqi tab as it is laid out: board, panel, and what they show of the game (match.js).
import { h, lookup, targetOf } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { makeAsk, sleep } from "modou/xiangqi/views/asking.js";
import { makeBoard } from "modou/xiangqi/views/board.js";
import { makeBook } from "modou/xiangqi/views/book.js";
import { makeChoices } from "modou/xiangqi/views/choices.js";
import { makeCompare } from "modou/xiangqi/views/compare.js";
import { makeButtons, makeControls } from "modou/xiangqi/views/controls.js";
import { makeEditor } from "modou/xiangqi/views/editor.js";
import { makeFiles } from "modou/xiangqi/views/files.js";
import { makeGame } from "modou/xiangqi/views/game.js";
import { Match } from "modou/xiangqi/views/match.js";
import { makeMoveList } from "modou/xiangqi/views/moves.js";
import { MOVES_ONLY, REASONS, SIDE_NAMES, WAYS } from "modou/xiangqi/views/names.js";
import { makeOpinions } from "modou/xiangqi/views/opinions.js";
import { piecesAfter } from "modou/xiangqi/views/pieces.js";
import { makeOpening } from "modou/xiangqi/views/opening.js";
import { makePuzzles } from "modou/xiangqi/views/puzzles.js";
import { makeRefusal, rulesNode } from "modou/xiangqi/views/rules.js";
import { makeReplay } from "modou/xiangqi/views/replay.js";
import { makeReview } from "modou/xiangqi/views/review.js";
import { makeSound } from "modou/xiangqi/views/sound.js";
import { makeStrips } from "modou/xiangqi/views/strips.js";
import { tagsOf } from "modou/xiangqi/views/tags.js";
import { makeThoughts } from "modou/xiangqi/views/thoughts.js";

/** @import { ButtonName } from "modou/xiangqi/views/controls.js" */
/** @import { Edited } from "modou/xiangqi/views/match.js" */

// The wish that was met last, which a view that is made anew is not to meet again.
let met = 0;

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, element, props, server }) => {
  const offered = props.value;
  const match = new Match(offered.game);
  const page = { update: () => update(), announce: () => announce(), think: () => { thoughts.draw(); drawBoard(); } };
  const { ask, patiently } = makeAsk(server);
  const sound = makeSound();
  /** @param {boolean} strong */
  const knock = (strong) => { if (match.state.sound) sound(strong); };
  const opinions = makeOpinions(match, { patiently, element, page });
  const moves = makeGame(match, { ask, patiently, levels: offered.levels, element, page, knock, opinions });
  const choices = makeChoices(match, { patiently, element, page, knock, opinions, moves });
  const replay = makeReplay(match, { element, page, knock, opinions, moves });

  const board = makeBoard({ onMove: (from, to) => (match.puzzle ? puzzles.attempt(from, to) : moves.play(from, to)), onRefused: (from, to) => refuse(from, to), onSquare: (square) => editor.click(square), onPick: () => { match.picking = true; if (match.trouble) { match.trouble = null; update(); } else drawBoard(); } });
  /** @type {(key: string) => (value: any) => void} */
  const keep = (key) => (value) => { Object.assign(match.state, { [key]: value }); match.remember(); update(); };
  const buttons = makeButtons({
    fresh: () => choices.newGame(), undo: choices.undo, hint: moves.hint, resign: choices.resign, run: replay.toggleRun, again: () => moves.next(),
    on: choices.playOn, back: choices.unshelve, flip: () => keep("flipped")(!match.state.flipped), hurry: moves.hurry,
  });
  const controls = makeControls({ models: offered.models, levels: offered.levels, keep, takeSide: choices.takeSide, takeModel: choices.takeModel, knock });
  const refuse = makeRefusal(match, { ask, complain: opinions.complain });
  const noticeLine = h("p", { class: "notice", role: "status" });
  const turnLine = h("p", { class: "turn", tabindex: "-1" });
  const live = h("p", { class: "live", role: "status", "aria-live": "polite" });
  const errorText = h("span", { role: "alert" });
  const errorLine = h("div", { class: "error" }, errorText,
    h("button", { type: "button", class: "close", "aria-label": say("关闭提示", "Close the message"), onclick: () => { match.trouble = null; update(); turnLine.focus(); } }, "×"));
  // What the moves-only model cannot know is said beside it, or its moves would look like faults of the page.
  const blind = h("p", { class: "blind", role: "note" }, say(
    "“只读着法”的模型看不到摆出来的开局局面，这一局它是在蒙着眼睛下。",
    "The moves-only model cannot see a position that was set up: in this game it plays blind."));
  const way = h("p", { class: "way" });
  const thoughts = makeThoughts(match);
  const strips = makeStrips(match);
  const moveList = makeMoveList({ onView: replay.browse });
  const reviewPage = makeReview({ onAnalyse: () => opinions.analyse(), onView: replay.browse });
  const puzzles = makePuzzles(match, { patiently, element, page, complain: opinions.complain, view: replay.browse, board });
  const opening = makeOpening({ ask: patiently });
  moveList.node.prepend(opening.node);
  moveList.node.append(rulesNode());
  reviewPage.node.append(puzzles.node);
  const compare = makeCompare({ ask: patiently, models: offered.models, facts: offered.facts || {}, onOpen: () => update() });
  reviewPage.node.append(compare.node);
  const files = makeFiles({
    ask, examples: offered.examples, onOpen: choices.openGame, onError: opinions.complain,
    current: () => ({ ...match.asGame(), tags: tagsOf(match), result: match.resultSaid() }),
    // The position on the board, which need not be the last.
    shown: () => ({ start: match.state.start, moves: match.state.moves.slice(0, match.viewed) }),
  });
  const editor = makeEditor({
    ask, onPlay: choices.startFrom, onChange: (edited) => { match.editing = edited; drawBoard(); }, onLeave: () => showPage("moves"),
  });
  /** @param {string} name */
  const showPage = (name) => {
    const left = match.editing && name !== "editor";
    match.state.page = name;
    if (left) match.editing = null;
    if (name === "editor" && !match.editing) {
      moves.abandon();
      match.running = false;
      match.mind = null;
      editor.set(match.fenShown());
    }
    match.remember();
    // A jump that has been asked for (a new game) goes on by itself.
    if (left && !match.busy) moves.next();
    else update();
  };
  const pages = { moves: moveList.node, review: reviewPage.node, files: files.node, editor: editor.node };
  const book = makeBook(pages, showPage);

  const announce = () => {
    const last = match.game.chinese.length;
    const mover = SIDE_NAMES[(match.game.first === "red") === (last % 2 === 1) ? "red" : "black"];
    const check = match.game.checks[last] ? say("，将军", ", check") : "";
    live.textContent = last ? `${mover} ${match.game.chinese[last - 1]} ${match.game.moves[last - 1]}${check}` : "";
  };
  // The view of the model's inside lives elsewhere on the page; it is told which position is on the board.
  const publish = () => {
    const position = { start: match.state.start, moves: match.game.moves.slice(0, match.viewed), model: match.state.model };
    if (JSON.stringify(position) === JSON.stringify(window.modouXiangqi)) return;
    window.modouXiangqi = position;
    window.dispatchEvent(new CustomEvent("modou-xiangqi"));
  };
  const ending = () => {
    const { reason, winner } = match.status();
    if (reason === "playing") return null;
    return `${winner ? say(`${SIDE_NAMES[winner]}胜`, `${SIDE_NAMES[winner]} wins`) : say("和棋", "Draw")} · ${REASONS[reason] || reason}`;
  };

  // Everything that could change the game, to be shut while the stored one is on its way.
  const stage = h("div", { class: "stage" }, thoughts.bar, h("div", { class: "table" }, strips.above, board.node, strips.below));
  const actions = h("div", { class: "actions" }, /** @type {const} */ (["fresh", "undo", "hint", "resign", "run", "again", "on", "back", "hurry"]).map((name) => buttons[name]));
  const build = () => {
    const settingsNode = h("div", { class: "settings" }, controls.side.node, controls.level.node, way,
      h("div", { class: "row" }, controls.model.node), blind,
      h("div", { class: "row" }, controls.arrows.node, controls.sound.node, controls.speed.node, buttons.flip));
    root.replaceChildren(
      stage,
      h("div", { class: "panel" },
        h("div", { class: "side" }, h("div", { class: "state" }, turnLine, live, puzzles.panel, noticeLine, errorLine), actions, thoughts.node, settingsNode),
        book.node));
    root.addEventListener("keydown", (event) => {
      const step = lookup({ ArrowLeft: -1, ArrowRight: 1 }, event.key);
      if (!step || event.altKey || event.ctrlKey || event.metaKey || match.busy === "resume") return;
      if (targetOf(event).closest("input, textarea, select, summary, .board")) return;
      replay.browse(match.viewed + step);
      event.preventDefault();
    });
  };

  const arrowsShown = () => {
    if (!match.state.arrows || match.picking) return [];
    const thought = match.mindShown();
    // A search leaves some of the moves it lists without a visit.
    return thought ? thought.candidates.filter((c) => c.probability >= 0.005).map((c) => ({ ...c, kind: thought.hint ? "hint" : "mind" })) : [];
  };
  const drawBoard = () => {
    if (match.editing) {
      board.show({ pieces: match.editing.pieces, legal: match.editing.held ? { [match.editing.held]: [] } : {}, arrows: [], last: null, check: null, edit: true, flipped: match.state.flipped });
      return;
    }
    const tried = match.puzzle?.tried ? [match.puzzle.tried] : [];
    const played = [...match.game.moves.slice(0, match.viewed), ...tried];
    const pieces = piecesAfter(match.game.start, played);
    const side = match.sideAt(match.viewed);
    const king = pieces.find((piece) => piece.letter === (side === "red" ? "K" : "k"));
    const free = match.mineToMove() && match.atEnd() && (!match.busy || match.busy === "hint");
    board.show({
      pieces, legal: match.puzzle ? (tried.length ? {} : match.puzzle.moment.legal) : free ? match.game.legal : {},
      arrows: match.puzzle ? puzzles.arrows() : arrowsShown(), last: played.at(-1) ?? null,
      check: !tried.length && match.game.checks[match.viewed] ? king?.at ?? null : null, edit: false, flipped: match.state.flipped,
    });
    strips.draw(pieces);
  };

  /** @param {string | null} over */
  const turnText = (over) => {
    if (match.busy === "resume") return say("正在取回对局…", "Fetching your game…");
    if (match.editing) return say("摆局中", "Setting up a position");
    if (match.puzzle) return say(`找更好的着法（${SIDE_NAMES[match.sideAt(match.viewed)]}走）`, `Find a better move (${SIDE_NAMES[match.sideAt(match.viewed)].toLowerCase()} to move)`);
    if (match.state.mode === "replay") {
      const known = match.state.result && match.state.result !== "*" ? say(`结果 ${match.state.result}`, `result ${match.state.result}`) : over;
      return [`${say("复盘", "Replay")} ${match.viewed} / ${match.game.moves.length}`, known].filter(Boolean).join(" · ");
    }
    if (over) return over;
    const check = match.game.checks.at(-1) ? say(" · 将军！", " · check!") : "";
    if (match.busy === "think") return say("GPT 思考中…", "The GPT is thinking…") + check;
    if (!match.mineToMove()) return say(`轮到${SIDE_NAMES[match.game.side]}`, `${SIDE_NAMES[match.game.side]} to move`) + check;
    return say(`轮到您走（${SIDE_NAMES[match.state.side]}）`, `Your move (${SIDE_NAMES[match.state.side].toLowerCase()})`) + check;
  };

  const update = () => {
    const over = ending();
    turnLine.classList.toggle("over", Boolean(over) && match.state.mode !== "replay");
    turnLine.textContent = turnText(over);
    live.hidden = Boolean(match.puzzle);
    root.classList.toggle("busy", match.busy === "think");
    if (match.trouble?.holds?.() === false) match.trouble = null;
    const told = match.trouble ? say(match.trouble.zh, match.trouble.en) : "";
    // Writing the same text again would have it read out again.
    if (errorText.textContent !== told) errorText.textContent = told;
    errorLine.hidden = !match.trouble;
    const noticed = match.notices.map((notice) => say(notice.zh, notice.en)).join(say("；", "; "));
    if (noticeLine.textContent !== noticed) noticeLine.textContent = noticed;
    noticeLine.hidden = !noticed;
    for (const part of [stage, actions, controls.side.node, book.node]) part.inert = match.busy === "resume";
    blind.hidden = match.state.model !== MOVES_ONLY || !match.fromElsewhere();
    const [playing, replaying] = [match.state.mode === "play", match.state.mode === "replay"];
    /** @type {Partial<Record<ButtonName, boolean>>} */
    const seen = { undo: playing, hint: playing, resign: playing, run: !playing, on: replaying, back: Boolean(match.state.shelved),
      hurry: (match.busy === "think" || match.busy === "hint") && moves.thinks(),
      again: Boolean(match.trouble) && playing && !match.isOver() && !match.mineToMove() && !match.busy };
    for (const [name, visible] of Object.entries(seen)) buttons[/** @type {ButtonName} */ (name)].hidden = !visible;
    buttons.undo.disabled = Boolean(match.editing) || !(choices.canUndo() || match.state.resigned);
    buttons.hint.disabled = Boolean(match.editing) || !match.mineToMove() || !match.atEnd() || Boolean(match.busy);
    buttons.resign.disabled = Boolean(match.editing) || match.isOver();
    buttons.run.disabled = Boolean(match.editing) || (match.state.mode === "watch" && match.isOver());
    buttons.run.textContent = match.running ? say("暂停", "Pause") : replaying ? say("自动播放", "Play through") : say("开始", "Start");
    controls.side.set(match.state.mode === "watch" ? "watch" : replaying ? "" : match.state.side);
    for (const name of /** @type {const} */ (["level", "model", "arrows", "sound", "speed"])) controls[name].set(match.state[name]);
    controls.speed.node.hidden = playing;
    const elo = offered.facts?.[match.state.model || ""]?.[match.state.level === "intuition" ? "elo" : `elo_${match.state.level}`];
    way.textContent = [WAYS[match.state.level], elo && `Elo ${Math.round(elo)}`].filter(Boolean).join(" · ");
    controls.model.node.disabled = offered.models.length < 2;
    book.show(match.state.page);
    const review = match.found && match.found.key === match.keyOf() ? match.found : null;
    moveList.show({ chinese: match.game.chinese, first: match.game.first, viewed: match.viewed, opinions: review && review.opinions });
    reviewPage.show({ found: review, curve: review && match.curve(review.opinions), viewed: match.viewed, count: match.game.moves.length, busy: match.reviewing === match.keyOf(), ending: over });
    compare.show(match.state.page === "review" && match.busy !== "confirm" && match.busy !== "resume" ? { start: match.state.start, moves: match.state.moves.slice(0, match.viewed), unusual: match.fromElsewhere() } : null);
    puzzles.show();
    if (match.busy !== "confirm" && match.busy !== "resume") opening.show({ start: match.state.start, moves: match.state.moves.slice(0, match.viewed) });
    files.show(match.state.tags);
    thoughts.draw();
    drawBoard();
    if (!match.editing && match.busy !== "confirm" && match.busy !== "resume") publish();
  };

  let begun = false;
  /** @type {{start: string, moves: string[], at: number} | null} */
  let wish = null;
  // A wish may come before the board is there.
  const openAsked = () => {
    if (!wish || match.busy === "resume") return;
    const asked = wish;
    wish = null;
    met = asked.at;
    choices.openAsked(asked);
  };
  /** @param {any} value */
  const draw = async (value) => {
    if (value?.asked && value.asked.at !== met) wish = { ...value.asked, moves: [...value.asked.moves] };
    if (begun) openAsked();
    if (begun || !value || !value.game) return;
    begun = true;
    match.recall();
    if (!offered.models.includes(match.state.model)) match.state.model = offered.models[0] || null;
    if (!offered.levels.some((/** @type {{name: string}} */ { name }) => name === match.state.level)) match.state.level = "casual";
    if (!(match.state.page in pages) || match.state.page === "editor") match.state.page = "moves";
    match.game = value.game;
    build();
    if (!match.state.start || (match.state.start === match.game.start && !match.state.moves.length)) {
      match.state.start = match.game.start;
      match.state.moves = [];
      announce();
      moves.next();
      openAsked();
      return;
    }
    // `state` holds the only copy of the stored game until the server has confirmed it.
    match.busy = "resume";
    update();
    let answer = await ask("replay", match.asGame());
    // A server that is full or being restarted will be back; the stored game must not be given up for that.
    while ((answer.offline || answer.busy) && element.isConnected) {
      opinions.complain(answer.error);
      await sleep(1000);
      answer = await ask("replay", match.asGame());
    }
    if (!element.isConnected) return;
    match.busy = null;
    match.trouble = null;
    if (answer.error) {
      // The stored game cannot be used: better an empty board with the reason than no board.
      Object.assign(match.state, { start: match.game.start, moves: [], mode: "play", tags: null, result: null, resigned: null });
      moves.fail(answer.error);
      openAsked();
      return;
    }
    moves.accept(answer.game, { anew: true });
    moves.next();
    openAsked();
  };

  return draw;
};
