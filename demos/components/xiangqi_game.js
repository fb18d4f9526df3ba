// The game of the Xiangqi tab: what it is, how it goes on, and what the server is asked about it. It lives in
// sessionStorage, so that two pages are two games and a reload goes on where it was. The page is in xiangqi.js.
const STORE = "modou-xiangqi";
const LEVELS = {
  gentle: { label: say("温和", "Gentle"), temperature: 1, top_k: 0 },
  standard: { label: say("标准", "Standard"), temperature: 0.5, top_k: 5 },
  strongest: { label: say("最强", "Strongest"), temperature: 0, top_k: 0 },
};
const SEARCHES = [50, 100, 200, 400];
const SPEEDS = [["2400", say("慢", "slow")], ["1200", say("中", "medium")], ["400", say("快", "fast")]];
const NAMES_OF_MODELS = {
  "xiangqi-board": say("看得见棋盘", "sees the board"), "xiangqi-moves": say("只读着法", "moves only"),
};
const REASONS = {
  checkmate: say("将死", "checkmate"), stalemate: say("困毙", "stalemate"), perpetual_check: say("长将作负", "perpetual check"),
  repetition: say("三次重复局面", "threefold repetition"), quiet: say("六十回合无吃子", "60 moves without a capture"),
  material: say("双方都没有能过河的子", "nobody can cross the river"), resigned: say("认输", "resignation"),
};
const SIDE_NAMES = { red: say("红方", "Red"), black: say("黑方", "Black") };
const other = (side) => (side === "red" ? "black" : "red");
// How long the GPT's thoughts stand on the board before it moves, in milliseconds.
const PONDER = 550;

let state = {
  start: null, moves: [], mode: "play", side: "red", flipped: false, level: "standard", searching: false, nodes: 100,
  model: null, arrows: true, sound: false, speed: 1200, resigned: null, tags: null, result: null, shelved: null, page: "moves",
};
let game = null;
let viewed = 0;
let mind = null;
let found = null;
let busy = null;
let running = false;
let trouble = null;
let picking = false;
let editing = null;
let latest = 0;
let reviewing = false;

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
  } catch { /* as above */ }
};

const ask = async (call, request) => {
  const answer = await server[call](request);
  return answer || { offline: true, error: { zh: "连不上服务器，请稍后重试", en: "the server cannot be reached; please try again" } };
};
const asGame = () => ({ start: state.start, moves: state.moves });
const keyOf = () => JSON.stringify([state.start, state.moves, state.model]);
const status = () => (state.resigned ? { reason: "resigned", winner: other(state.resigned) } : { reason: game.status, winner: game.winner });
const isOver = () => status().reason !== "playing";
const mineToMove = () => state.mode === "play" && !isOver() && game.side === state.side;
const atEnd = () => viewed === game.moves.length;
const sleep = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });

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
const fail = (error) => {
  trouble = error;
  busy = null;
  running = false;
  update();
};
// Asks for a change of the game; null where something newer has been asked meanwhile.
const change = async (call, request) => {
  latest += 1;
  const number = latest;
  const answer = await ask(call, request);
  return number === latest ? answer : null;
};

const play = async (from, to) => {
  if (busy === "confirm" || busy === "think" || !mineToMove() || !atEnd()) return;
  const before = game;
  trouble = null;
  mind = null;
  busy = "confirm";
  // The board has the legal moves, so the piece moves at once; the server's word follows.
  game = { ...game, moves: [...game.moves, from + to], chinese: [...game.chinese, "…"], checks: [...game.checks, false], legal: {}, side: other(game.side) };
  viewed = game.moves.length;
  update();
  const answer = await change("replay", { start: state.start, moves: game.moves });
  if (!answer) return;
  busy = null;
  game = before;
  viewed = game.moves.length;
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
    if (state.mode !== "replay") finish();
  } else if ((state.mode === "play" && !mineToMove()) || (state.mode === "watch" && running)) {
    reply();
  }
};

const settings = () => {
  const { temperature, top_k } = LEVELS[state.level] || LEVELS.standard;
  return { ...asGame(), model: state.model, temperature, top_k, search: state.searching ? state.nodes : 0 };
};

const reply = async () => {
  busy = "think";
  trouble = null;
  viewed = game.moves.length;
  update();
  const begin = performance.now();
  const answer = await change("think", settings());
  if (!answer) return;
  if (answer.error) {
    fail(answer.error);
    return;
  }
  const number = latest;
  mind = { ...answer, ply: game.moves.length };
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
  busy = "hint";
  trouble = null;
  update();
  const answer = await change("think", { ...settings(), temperature: 0 });
  if (!answer) return;
  busy = null;
  if (answer.error) {
    fail(answer.error);
    return;
  }
  mind = { ...answer, ply: game.moves.length, hint: true };
  picking = false;
  update();
};

// While the visitor looks at another position than the one being played, the GPT says what it would do there.
let pondering = 0;
const ponder = async () => {
  pondering += 1;
  const number = pondering;
  if (editing || busy || (state.mode !== "replay" && atEnd()) || (mind && mind.ply === viewed)) return;
  const ply = viewed;
  await sleep(120);
  if (number !== pondering || !element.isConnected) return;
  const answer = await ask("think", { start: state.start, moves: game.moves.slice(0, ply), model: state.model, temperature: 0 });
  if (number !== pondering || answer.error || busy || viewed !== ply) return;
  mind = { ...answer, ply, browsing: true };
  update();
};
// What the GPT thought of the position on the board, or of the one before its own move.
const mindShown = () => (mind && (viewed === mind.ply || (!mind.browsing && !mind.hint && viewed === mind.ply + 1)) ? mind : null);

const goTo = async (request, settled) => {
  trouble = null;
  busy = "confirm";
  mind = null;
  update();
  const answer = await change("replay", request);
  if (!answer) return;
  busy = null;
  if (answer.error) {
    fail(answer.error);
    return;
  }
  Object.assign(state, settled);
  game = null;
  accept(answer.game);
  next();
};
const undo = () => {
  // Back to where the visitor was to move last.
  const first = game.first === state.side ? 0 : 1;
  let count = game.moves.length - (state.resigned && game.side === state.side ? 0 : 1);
  while (count > 0 && count % 2 !== first) count -= 1;
  goTo({ start: state.start, moves: game.moves.slice(0, Math.max(0, count)) }, { resigned: null });
};
const canUndo = () => state.mode === "play" && game.moves.length > (game.first === state.side ? 0 : 1);
const newGame = (start = null) => {
  running = false;
  state.shelved = null;
  const mode = state.mode === "watch" ? "watch" : "play";
  goTo({ start, moves: [] }, { resigned: null, tags: null, result: null, mode, page: "moves", flipped: mode === "play" && state.side === "black" });
};
const resign = () => {
  latest += 1;
  busy = null;
  mind = null;
  state.resigned = state.side;
  remember();
  next();
};
const takeSide = (choice) => {
  latest += 1;
  busy = null;
  mind = null;
  trouble = null;
  state.resigned = null;
  state.mode = choice === "watch" ? "watch" : "play";
  running = choice === "watch";
  if (choice !== "watch") {
    state.side = choice;
    state.flipped = choice === "black";
  }
  viewed = game.moves.length;
  remember();
  next();
};
const playOn = () => {
  running = false;
  const moves = game.moves.slice(0, viewed);
  const side = (game.first === "red") === (viewed % 2 === 0) ? "red" : "black";
  goTo({ start: state.start, moves }, { mode: "play", side, flipped: side === "black", resigned: null, tags: null, result: null });
};
const startFrom = (fen) => {
  const side = fen.split(" ")[1] === "b" ? "black" : "red";
  editing = null;
  goTo({ start: fen, moves: [] }, { mode: "play", side, flipped: side === "black", resigned: null, tags: null, result: null, page: "moves" });
};
const openGame = async (opened) => {
  const shelved = state.mode !== "replay" && state.moves.length ? { ...state, shelved: null } : state.shelved;
  running = false;
  editing = null;
  const mode = opened.moves.length ? "replay" : "play";
  const side = opened.start.split(" ")[1] === "b" ? "black" : "red";
  await goTo({ start: opened.start, moves: opened.moves },
    { mode, tags: opened.tags, result: opened.result || null, resigned: null, shelved, flipped: mode === "play" && side === "black", side: mode === "play" ? side : state.side });
  if (trouble || mode !== "replay") return;
  view(0);
  analyse();
};
const unshelve = () => {
  const kept = state.shelved;
  running = false;
  goTo({ start: kept.start, moves: kept.moves }, { ...kept, shelved: null });
};

const analyse = async () => {
  const key = keyOf();
  reviewing = true;
  state.page = "review";
  update();
  const answer = await ask("review", { ...asGame(), model: state.model });
  reviewing = false;
  if (answer.error) fail(answer.error);
  else if (key === keyOf()) found = { key, ...answer };
  update();
};
const finish = () => {
  if (game.moves.length && !(found && found.key === keyOf())) analyse();
};

const view = (ply) => {
  viewed = Math.max(0, Math.min(ply, game.moves.length));
  picking = false;
  update();
  ponder();
};
const autoplay = async () => {
  running = !running;
  if (running && atEnd()) viewed = 0;
  const number = latest;
  update();
  while (running && number === latest && element.isConnected && !atEnd()) {
    await sleep(state.speed);
    if (!running || number !== latest) break;
    view(viewed + 1);
    knock(game.checks[viewed]);
  }
  running = running && number === latest && !atEnd();
  update();
};
const toggleRun = () => {
  if (state.mode === "replay") {
    autoplay();
    return;
  }
  running = !running;
  latest += 1;
  busy = null;
  next();
};
