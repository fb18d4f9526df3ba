// The game of the Xiangqi tab: what it is, how it goes on, and what the server is asked about it. It lives in
// sessionStorage, so that two pages are two games and a reload goes on where it was. The page is in xiangqi.js.
//
// What is kept between events, and why:
//   state      what a reload brings back. `moves` are those the server has confirmed, never a guess, so that whatever is
//              stored can be replayed. Only `accept` and what a request has `settled` change the game in it.
//   game       the game as the server describes it; with `pending`, the visitor's own move is already on it.
//   pending    {before, move}: a move shown before the server has confirmed it, and the game without it. Whatever comes
//              in between has to take it back, so `abandon` does.
//   viewed     how many of the game's moves are on the board: people look back while the game goes on.
//   busy       what the game waits for, or null. "resume": the stored game, and until it is there nothing may change it;
//              "confirm": the server's word on a move or a jump; "think": the GPT's move, and the pause in which its
//              thoughts stand on the board; "hint": its advice. Reviews and opinions of other positions are not in it,
//              since the game does not wait for them.
//   latest     counts what has been asked for or given up; an answer to anything but the latest is dropped, since nothing
//              can be called back from the server. It is raised by `abandon` alone.
//   pondering  the same for opinions of the position looked at, which must not disturb the game's own requests.
//   loops      the same for automatic replay: pause and resume within one tick must not leave two loops.
//   mind       what the GPT last said: {candidates, ..., ply}, `ply` being the position it spoke of. `hint` if it was asked
//              for, `browsing` if the visitor was looking back; neither is shown one move later as the reason of a move.
//   values     the view of the result at every position that was spoken of; the bar shows the nearest before the one
//              on the board instead of jumping back to nothing with every move.
//   found      the review, with the key of the game and model it is of; another game or model makes it worthless.
//   reviewing  the key of the review that was asked for last, or null.
//   picking    the visitor has taken up a piece, and arrows would hide where it can go.
//   editing    what the position editor shows, or null: the board is the editor's while it is open.
//   running    the GPT plays itself, or a replay runs by itself.
//   trouble    the message on the page, {zh, en}, or null.
const STORE = "modou-xiangqi";
const LEVELS = {
  gentle: { label: say("温和", "Gentle"), temperature: 1, top_k: 0 },
  standard: { label: say("标准", "Standard"), temperature: 0.5, top_k: 5 },
  strongest: { label: say("最强", "Strongest"), temperature: 0, top_k: 0 },
};
const SEARCHES = [50, 100, 200, 400];
const SPEEDS = [["2400", say("慢", "slow")], ["1200", say("中", "medium")], ["400", say("快", "fast")]];
const MOVES_ONLY = "xiangqi-moves";
const NAMES_OF_MODELS = { "xiangqi-board": say("看得见棋盘", "sees the board"), [MOVES_ONLY]: say("只读着法", "moves only") };
const REASONS = {
  checkmate: say("将死", "checkmate"), stalemate: say("困毙", "stalemate"), perpetual_check: say("长将作负", "perpetual check"),
  repetition: say("三次重复局面", "threefold repetition"), quiet: say("六十回合无吃子", "60 moves without a capture"),
  material: say("双方都没有能过河的子", "nobody can cross the river"), resigned: say("认输", "resignation"),
};
const SIDE_NAMES = { red: say("红方", "Red"), black: say("黑方", "Black") };
const SURE = { "1-0": [1, 0, 0], "1/2-1/2": [0, 1, 0], "0-1": [0, 0, 1] };
const other = (side) => (side === "red" ? "black" : "red");
// How long the GPT's thoughts stand on the board before it moves, in milliseconds.
const PONDER = 550;

let state = {
  start: null, moves: [], mode: "play", side: "red", flipped: false, level: "standard", searching: false, nodes: 100,
  model: null, arrows: true, sound: false, speed: 1200, resigned: null, tags: null, result: null, shelved: null, page: "moves",
};
// What of `state` is the game; the rest is how the visitor likes the page, which changing games leaves alone.
const GAME_FIELDS = ["start", "moves", "mode", "side", "flipped", "tags", "result", "resigned"];
let game = null;
let pending = null;
let viewed = 0;
let busy = null;
let latest = 0;
let pondering = 0;
let loops = 0;
let mind = null;
let found = null;
let reviewing = null;
let picking = false;
let editing = null;
let running = false;
let trouble = null;
const values = new Map();

const remember = () => {
  try {
    sessionStorage.setItem(STORE, JSON.stringify(state));
  } catch { /* no storage in this iframe: a reload starts a new game */ }
};
const recall = () => {
  try {
    const kept = JSON.parse(sessionStorage.getItem(STORE) || "{}");
    // Only what this version knows, of the kind it expects: the page must open whatever is stored.
    for (const [key, value] of Object.entries(state)) {
      if (key in kept && (value === null || typeof kept[key] === typeof value)) state[key] = kept[key];
    }
    if (!state.shelved || !Array.isArray(state.shelved.moves)) state.shelved = null;
  } catch { /* as above */ }
};

const ask = async (call, request) => {
  const answer = await server[call](request);
  return answer || { offline: true, error: { zh: "连不上服务器，请稍后重试", en: "the server cannot be reached; please try again" } };
};
// As `ask`, but a server that is full is asked again after a while, as long as the answer is `wanted`.
const patiently = async (call, request, wanted) => {
  let answer = await ask(call, request);
  for (let tries = 1; answer.busy && tries <= 10 && wanted(); tries += 1) {
    await sleep(300 * tries);
    if (wanted()) answer = await ask(call, request);
  }
  return answer;
};
const asGame = () => ({ start: state.start, moves: state.moves });
const keyOf = () => JSON.stringify([state.start, state.moves, state.model]);
const status = () => (state.resigned ? { reason: "resigned", winner: other(state.resigned) } : { reason: game.status, winner: game.winner });
const isOver = () => status().reason !== "playing";
const mineToMove = () => state.mode === "play" && !isOver() && game.side === state.side;
const atEnd = () => viewed === game.moves.length;
const sideAt = (ply) => ((game.first === "red") === (ply % 2 === 0) ? "red" : "black");
const sleep = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });
const resultOf = () => ({ red: "1-0", black: "0-1" })[status().winner] || game.result;
// The start position alone tells whether a model that reads only moves can know where the pieces are.
const fromElsewhere = () => Boolean(state.start) && state.start.split(" ").slice(0, 2).join() !== START_FEN.split(" ").slice(0, 2).join();

// ---- sound: a wooden knock made on the spot, so that no file has to be fetched
let audio = null;
const knock = (strong) => {
  if (!state.sound) return;
  audio = audio || new AudioContext();
  const [now, length] = [audio.currentTime, strong ? 0.16 : 0.09];
  const buffer = audio.createBuffer(1, audio.sampleRate * length, audio.sampleRate);
  const samples = buffer.getChannelData(0);
  for (let i = 0; i < samples.length; i += 1) samples[i] = (Math.random() * 2 - 1) * (1 - i / samples.length) ** 6;
  const source = audio.createBufferSource();
  const wood = audio.createBiquadFilter();
  const volume = audio.createGain();
  source.buffer = buffer;
  wood.type = "bandpass";
  wood.frequency.value = strong ? 620 : 1050;
  volume.gain.setValueAtTime(strong ? 0.9 : 0.6, now);
  source.connect(wood).connect(volume).connect(audio.destination);
  source.start(now);
};

// ---- the game
const accept = (next, { keepView = false } = {}) => {
  const grown = game && next.moves.length > game.moves.length;
  game = next;
  state.start = next.start;
  state.moves = next.moves;
  viewed = keepView ? Math.min(viewed, next.moves.length) : next.moves.length;
  if (grown) knock(next.checks.at(-1));
  remember();
  announce();
};
const takeBack = () => {
  if (!pending) return;
  game = pending.before;
  pending = null;
  viewed = Math.min(viewed, game.moves.length);
};
// Whatever is under way no longer counts.
const abandon = () => {
  latest += 1;
  pondering += 1;
  loops += 1;
  busy = null;
  takeBack();
};
// Something besides the game went wrong: it goes on as it was.
const complain = (error) => {
  trouble = error;
  update();
};
// The game cannot go on for now.
const fail = (error) => {
  busy = null;
  running = false;
  complain(error);
};
// Asks for a change of the game, `doing` being what it waits for; null where something newer has come up meanwhile.
const change = async (call, request, doing) => {
  abandon();
  busy = doing;
  const number = latest;
  // A page that has gone wants nothing any more.
  const wanted = () => number === latest && element.isConnected;
  const answer = await patiently(call, request, wanted);
  return wanted() ? answer : null;
};

const play = async (from, to) => {
  if ((busy && busy !== "hint") || !mineToMove() || !atEnd()) return;
  const move = from + to;
  const asked = change("replay", { start: state.start, moves: [...game.moves, move] }, "confirm");
  trouble = null;
  mind = null;
  // The board has the legal moves, so the piece moves at once; the server's word follows.
  pending = { before: game, move };
  game = { ...game, moves: [...game.moves, move], chinese: [...game.chinese, "…"], checks: [...game.checks, false], legal: {}, side: other(game.side) };
  viewed = game.moves.length;
  update();
  const answer = await asked;
  if (!answer) return;
  busy = null;
  takeBack();
  if (answer.error) {
    fail(answer.error);
    return;
  }
  accept(answer.game);
  next();
};

// What follows once it is known who is to move.
const next = () => {
  update();
  if (isOver()) {
    running = false;
    update();
    if (state.mode !== "replay") finish();
  } else if ((state.mode === "play" && !mineToMove()) || (state.mode === "watch" && running)) {
    reply();
  }
};

const settings = () => {
  const { temperature, top_k } = LEVELS[state.level] || LEVELS.standard;
  return { ...asGame(), model: state.model, temperature, top_k, search: state.searching ? state.nodes : 0 };
};
const valueKey = (moves) => `${state.model} ${state.start} ${moves.join("")}`;
// Takes in what the GPT said of the position after `ply` moves.
const takeIn = (answer, ply, more = {}) => {
  mind = { ...answer, ply, ...more };
  if (answer.value) values.set(valueKey(state.moves.slice(0, ply)), answer.value);
};

const reply = async () => {
  const begin = performance.now();
  const asked = change("think", settings(), "think");
  trouble = null;
  viewed = game.moves.length;
  update();
  const answer = await asked;
  if (!answer) return;
  if (answer.error) {
    fail(answer.error);
    return;
  }
  const number = latest;
  takeIn(answer, game.moves.length);
  picking = false;
  update();
  const pause = state.mode === "watch" ? state.speed : state.arrows ? PONDER : 150;
  await sleep(Math.max(0, pause - (performance.now() - begin)));
  // A page that has gone, or a visitor who has changed the game meanwhile.
  if (number !== latest || !element.isConnected) return;
  busy = null;
  accept(answer.game);
  next();
};

const hint = async () => {
  const asked = change("think", { ...settings(), temperature: 0 }, "hint");
  trouble = null;
  update();
  const answer = await asked;
  if (!answer) return;
  busy = null;
  if (answer.error) {
    fail(answer.error);
    return;
  }
  takeIn(answer, game.moves.length, { hint: true });
  picking = false;
  update();
};

// Asks for the GPT's opinion of an earlier position, or the one a replay is at, aside from the game.
const opine = async (ply, more) => {
  pondering += 1;
  const number = pondering;
  const wanted = () => number === pondering && element.isConnected;
  await sleep(120);
  if (!wanted()) return;
  const answer = await patiently("think", { start: state.start, moves: state.moves.slice(0, ply), model: state.model, temperature: 0 }, wanted);
  if (!wanted() || answer.error || busy) return;
  takeIn(answer, ply, more);
  update();
};
// While the visitor looks at another position than the one being played, the GPT says what it would do there.
const ponder = () => {
  pondering += 1;
  if (editing || busy || (state.mode !== "replay" && atEnd()) || (mind && mind.ply === viewed)) return;
  opine(viewed, { browsing: true });
};
// What the GPT thought of the position on the board, or of the one before its own move.
const mindShown = () => (mind && (viewed === mind.ply || (!mind.browsing && !mind.hint && viewed === mind.ply + 1)) ? mind : null);

// The value at every position of a reviewed game. The last is that of an ended game, or else what was last said of it.
const curve = (opinions) => {
  const known = opinions.find((o) => o && o.value);
  if (!known) return null;
  const points = opinions.map((o) => (o && o.value) || known.value);
  const result = state.result && state.result !== "*" ? state.result : resultOf();
  return [...points, SURE[result] || values.get(valueKey(state.moves)) || points.at(-1)];
};
const valueShown = () => {
  const review = found && found.key === keyOf() ? curve(found.opinions) : null;
  if (review) return review[Math.min(viewed, review.length - 1)];
  if (atEnd() && isOver()) return SURE[resultOf()];
  for (let ply = viewed; ply >= 0; ply -= 1) {
    const value = values.get(valueKey(game.moves.slice(0, ply)));
    if (value) return value;
  }
  return null;
};

// Goes to a game; the page is changed (`settled`) only once the server has accepted it. Whether that happened.
const goTo = async (request, settled, run = false) => {
  const asked = change("replay", request, "confirm");
  trouble = null;
  running = false;
  update();
  const answer = await asked;
  if (!answer) return false;
  busy = null;
  if (answer.error) {
    fail(answer.error);
    return false;
  }
  Object.assign(state, settled);
  leaveEditor();
  running = run;
  mind = null;
  game = null;
  accept(answer.game);
  next();
  return true;
};
const leaveEditor = () => {
  editing = null;
  if (state.page === "editor") state.page = "moves";
};
const ours = () => (state.mode !== "replay" && state.moves.length ? Object.fromEntries(GAME_FIELDS.map((key) => [key, state[key]])) : null);
// What there is to come back to after leaving the game on the board. A game that is only looked at, or without a move,
// does not take the place of one that was played.
const shelve = () => ours() || state.shelved;
const undo = () => {
  // Back to where the visitor was to move last.
  const first = game.first === state.side ? 0 : 1;
  let count = game.moves.length - (state.resigned && game.side === state.side ? 0 : 1);
  while (count > 0 && count % 2 !== first) count -= 1;
  goTo({ start: state.start, moves: game.moves.slice(0, Math.max(0, count)) }, { resigned: null });
};
const canUndo = () => state.mode === "play" && game.moves.length > (game.first === state.side ? 0 : 1);
const newGame = (start = null) => {
  const mode = state.mode === "watch" ? "watch" : "play";
  goTo({ start, moves: [] },
    { resigned: null, tags: null, result: null, mode, page: "moves", flipped: mode === "play" && state.side === "black", shelved: shelve() });
};
const resign = () => {
  abandon();
  mind = null;
  trouble = null;
  state.resigned = state.side;
  remember();
  next();
};
const takeSide = (choice) => {
  const mode = choice === "watch" ? "watch" : "play";
  const chosen = mode === "watch" ? { mode } : { mode, side: choice, flipped: choice === "black" };
  if (state.mode === "replay") {
    // The game that was read stays as it is: what follows is a game of its own, from the position on the board.
    goTo({ start: state.start, moves: game.moves.slice(0, viewed) }, { ...chosen, resigned: null, tags: null, result: null }, mode === "watch");
    return;
  }
  abandon();
  leaveEditor();
  mind = null;
  trouble = null;
  state.resigned = null;
  Object.assign(state, chosen);
  running = mode === "watch";
  viewed = game.moves.length;
  remember();
  next();
};
const playOn = () => takeSide(sideAt(viewed));
const startFrom = (fen) => {
  const side = fen.split(" ")[1] === "b" ? "black" : "red";
  goTo({ start: fen, moves: [] },
    { mode: "play", side, flipped: side === "black", resigned: null, tags: null, result: null, page: "moves", shelved: shelve() });
};
const openGame = async (opened) => {
  const mode = opened.moves.length ? "replay" : "play";
  const side = opened.start.split(" ")[1] === "b" ? "black" : "red";
  const done = await goTo({ start: opened.start, moves: opened.moves },
    { mode, tags: opened.tags, result: opened.result || null, resigned: null, shelved: shelve(), flipped: mode === "play" && side === "black", side: mode === "play" ? side : state.side });
  if (!done || mode !== "replay") return;
  view(0);
  analyse();
};
// A game that a link or a presentation asks for: its last position, with what the GPT would play there. The wish may
// come before the board is there.
const openAsked = async () => {
  const asked = window.modouXiangqiAsked;
  if (!asked || !element.isConnected || busy === "resume") return;
  window.modouXiangqiAsked = null;
  const done = await goTo({ start: asked.start, moves: asked.moves },
    { mode: "replay", tags: null, result: null, resigned: null, shelved: shelve(), flipped: false, page: "moves" });
  if (done) view(game.moves.length);
};
const unshelve = () => {
  const kept = state.shelved;
  goTo({ start: kept.start, moves: kept.moves },
    { ...Object.fromEntries(GAME_FIELDS.filter((key) => key in kept).map((key) => [key, kept[key]])), shelved: ours() });
};
// Another model: nothing that the old one said, or is about to say, stands.
const takeModel = (model) => {
  const [reviewed, spoke, waited] = [(found && found.key === keyOf()) || reviewing === keyOf(), mind, busy];
  state.model = model;
  remember();
  if (waited === "resume") return;
  // The server's word on a move is no model's.
  if (waited !== "confirm") abandon();
  pondering += 1;
  mind = null;
  found = null;
  reviewing = null;
  trouble = null;
  update();
  if (reviewed && state.moves.length) analyse({ show: false });
  if (waited === "confirm" || editing) return;
  if (waited === "hint" || (spoke && spoke.hint && mineToMove() && atEnd())) hint();
  else if (waited === "think") next();
  else if (spoke && spoke.ply <= state.moves.length) opine(spoke.ply, { browsing: Boolean(spoke.browsing) });
  else ponder();
};

const analyse = async ({ show = true } = {}) => {
  const key = keyOf();
  reviewing = key;
  if (show) state.page = "review";
  update();
  const wanted = () => reviewing === key && key === keyOf() && element.isConnected;
  const answer = await patiently("review", { ...asGame(), model: state.model }, wanted);
  const late = !wanted();
  if (reviewing === key) reviewing = null;
  if (late) return;
  if (answer.error) complain(answer.error);
  else found = { key, ...answer };
  update();
};
const finish = () => {
  if (state.moves.length && reviewing !== keyOf() && !(found && found.key === keyOf())) analyse();
};

const view = (ply) => {
  viewed = Math.max(0, Math.min(ply, game.moves.length));
  picking = false;
  update();
  ponder();
};
// The visitor looks at a position, which stops what would move on from it.
const browse = (ply) => {
  running = false;
  loops += 1;
  if (state.mode === "watch" && busy === "think") abandon();
  view(ply);
};
const autoplay = async () => {
  running = !running;
  loops += 1;
  const number = loops;
  const going = () => running && number === loops && element.isConnected && !atEnd();
  if (running && atEnd()) viewed = 0;
  update();
  while (going()) {
    await sleep(state.speed);
    if (!going()) break;
    view(viewed + 1);
    knock(game.checks[viewed]);
  }
  if (number !== loops) return;
  running = false;
  update();
};
const toggleRun = () => {
  if (state.mode === "replay") {
    autoplay();
    return;
  }
  const on = !running;
  abandon();
  running = on;
  next();
};
