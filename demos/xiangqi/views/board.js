// A xiangqi board: one SVG whose pieces are keyed nodes, moved by CSS transitions. It knows no rules; the legal moves
// are given to it. Squares are named as in ICCS: file a-i from red's left, rank 0-9 from red's side.
const CELL = 60;
const LEFT = 44;
const TOP = 56;
const WIDTH = 8 * CELL + 2 * LEFT;
const HEIGHT = 9 * CELL + 2 * TOP;
const RADIUS = 27;
const FILE_LETTERS = "abcdefghi";
const RED_DIGITS = "一二三四五六七八九";
const BLACK_DIGITS = "１２３４５６７８９";
const FACES = {
  K: "帥", A: "仕", B: "相", N: "傌", R: "俥", C: "炮", P: "兵",
  k: "將", a: "士", b: "象", n: "馬", r: "車", c: "砲", p: "卒",
};
// As spoken, and as messages about errors name them; the faces are old forms that screen readers stumble over.
const CHINESE_NAMES = { K: "帅", A: "仕", B: "相", N: "马", R: "车", C: "炮", P: "兵", k: "将", a: "士", b: "象", n: "马", r: "车", c: "炮", p: "卒" };
const ENGLISH_NAMES = { k: "king", a: "advisor", b: "elephant", n: "horse", r: "chariot", c: "cannon", p: "pawn" };
const START_FEN = "rnbakabnr/9/1c5c1/p1p1p1p1p/9/9/P1P1P1P1P/1C5C1/9/RNBAKABNR w - - 0 1";

const isRed = (letter) => letter === letter.toUpperCase();
const pieceName = (letter) => say(
  `${isRed(letter) ? "红" : "黑"}${CHINESE_NAMES[letter]}`,
  `${isRed(letter) ? "red" : "black"} ${ENGLISH_NAMES[letter.toLowerCase()]}`);
const squareName = (file, rank) => `${FILE_LETTERS[file]}${rank}`;
const ALL_SQUARES = Array.from({ length: 90 }, (_, i) => squareName(i % 9, Math.floor(i / 9)));

// Where the pieces of a FEN stand: [{id, letter, at}]; the id follows a piece through the game.
const piecesOf = (fen) => fen.split(" ")[0].split("/").flatMap((row, i) => {
  let file = 0;
  return [...row].flatMap((letter) => {
    if (letter >= "1" && letter <= "9") {
      file += Number(letter);
      return [];
    }
    const at = squareName(file, 9 - i);
    file += 1;
    return [{ id: `${letter}${at}`, letter, at }];
  });
});

// The pieces after some of the game's moves; a captured piece stands nowhere (null).
const piecesAfter = (fen, moves) => {
  const pieces = piecesOf(fen);
  for (const move of moves) {
    const [from, to] = [move.slice(0, 2), move.slice(2, 4)];
    for (const piece of pieces) if (piece.at === to) piece.at = null;
    for (const piece of pieces) if (piece.at === from) piece.at = to;
  }
  return pieces;
};

const svg = (tag, attributes = {}, ...children) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) node.setAttribute(key, value);
  node.append(...children.flat().filter((child) => child !== null));
  return node;
};

// The empty board: lines, palaces, river, and the marks where cannons and pawns start.
const boardLines = () => {
  const x = (file) => LEFT + CELL * file;
  const y = (row) => TOP + CELL * row;
  let path = "";
  for (let row = 0; row < 10; row += 1) path += `M${x(0)} ${y(row)}H${x(8)}`;
  for (let file = 0; file < 9; file += 1) {
    path += file === 0 || file === 8 ? `M${x(file)} ${y(0)}V${y(9)}` : `M${x(file)} ${y(0)}V${y(4)}M${x(file)} ${y(5)}V${y(9)}`;
  }
  for (const row of [0, 7]) path += `M${x(3)} ${y(row)}L${x(5)} ${y(row + 2)}M${x(5)} ${y(row)}L${x(3)} ${y(row + 2)}`;
  const marked = [[1, 2], [7, 2], [1, 7], [7, 7], ...[0, 2, 4, 6, 8].flatMap((file) => [[file, 3], [file, 6]])];
  let marks = "";
  for (const [file, row] of marked) {
    for (const dx of [-1, 1]) {
      if (file + dx < 0 || file + dx > 8) continue;
      for (const dy of [-1, 1]) marks += `M${x(file) + dx * 5} ${y(row) + dy * 15}v${-dy * 10}h${dx * 10}`;
    }
  }
  return svg("g", { class: "lines" },
    svg("rect", { class: "wood", x: 2, y: 2, width: WIDTH - 4, height: HEIGHT - 4, rx: 12 }),
    svg("rect", { class: "frame", x: x(0) - 6, y: y(0) - 6, width: 8 * CELL + 12, height: 9 * CELL + 12 }),
    svg("path", { class: "grid", d: path }),
    svg("path", { class: "marks", d: marks }),
    svg("text", { class: "river", x: x(2), y: y(4.5), lang: "zh-Hant" }, "楚　河"),
    svg("text", { class: "river", x: x(6), y: y(4.5), lang: "zh-Hant" }, "漢　界"));
};

const pieceNode = (letter) => svg("g", { class: `piece ${isRed(letter) ? "red" : "black"}` },
  svg("g", { class: "body" },
    svg("circle", { class: "shadow", cx: 1.5, cy: 3, r: RADIUS }),
    svg("circle", { class: "disc", r: RADIUS }),
    svg("circle", { class: "ring", r: RADIUS - 4.5 }),
    svg("text", { class: "face", lang: "zh-Hant", y: 1 }, FACES[letter])));

// The arrow of a move from the middle of one square to that of another, `width` wide, and its label, near the head but
// clear of the labels that are there already (`taken`, which takes in the new one).
const arrowNodes = ({ from, to, width, opacity, label, kind }, taken) => {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const head = 10 + width;
  const [begin, end] = [14, length - 13];
  const point = (along, aside) => `${(from.x + ux * along - uy * aside).toFixed(1)} ${(from.y + uy * along + ux * aside).toFixed(1)}`;
  const outline = [[begin, width / 2], [end - head, width / 2], [end - head, head * 0.75], [end, 0],
    [end - head, -head * 0.75], [end - head, -width / 2], [begin, -width / 2]].map(([a, b]) => point(a, b));
  let along = Math.max(length * 0.5, length - head - 30);
  const at = () => [from.x + ux * along, from.y + uy * along];
  while (along > 24 && taken.some(([x, y]) => Math.abs(x - at()[0]) < 36 && Math.abs(y - at()[1]) < 22)) along -= 8;
  const [cx, cy] = at();
  taken.push([cx, cy]);
  return [
    svg("g", { class: `arrow ${kind}` }, svg("path", { d: `M${outline.join("L")}Z`, opacity })),
    svg("g", { class: `label ${kind}` }, svg("rect", { x: cx - 17, y: cy - 10, width: 34, height: 20, rx: 10 }), svg("text", { x: cx, y: cy + 0.5 }, label))];
};

// A board element. `onMove(from, to)` is called for a legal move the visitor makes, `onSquare(square)` in edit mode.
const makeBoard = ({ onMove, onSquare, onPick }) => {
  const layer = (name) => svg("g", { class: name, "aria-hidden": "true" });
  const [coordinates, trail, pieceLayer, dots, arrowLayer] = ["coordinates", "trail", "pieces", "dots", "arrows"].map(layer);
  const points = svg("g", { class: "points" });
  const node = svg("svg", { class: "board", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "group", "aria-label": say("象棋棋盘", "Xiangqi board") },
    boardLines(), coordinates, trail, pieceLayer, dots, arrowLayer, points);
  const pieceNodes = new Map();
  const hits = new Map();
  let shown = { pieces: [], legal: {}, arrows: [], flipped: false, last: null, check: null, edit: false };
  let selected = null;
  let drag = null;
  let cursor = "e0";

  const place = (square) => {
    const [file, rank] = [FILE_LETTERS.indexOf(square[0]), Number(square[1])];
    const [column, row] = shown.flipped ? [8 - file, rank] : [file, 9 - rank];
    return { x: LEFT + CELL * column, y: TOP + CELL * row };
  };
  const pieceAt = (square) => shown.pieces.find((piece) => piece.at === square);
  const targets = () => (selected && shown.legal[selected]) || [];

  const drawCoordinates = () => {
    const labels = [];
    for (let column = 0; column < 9; column += 1) {
      const x = LEFT + CELL * column;
      // Each side counts its files from its own right.
      const [red, black] = [RED_DIGITS[8 - column], BLACK_DIGITS[column]];
      const [above, below] = shown.flipped ? [RED_DIGITS[column], BLACK_DIGITS[8 - column]] : [black, red];
      labels.push(svg("text", { x, y: 17 }, above), svg("text", { x, y: HEIGHT - 15 }, below));
    }
    coordinates.replaceChildren(...labels);
  };

  const drawTrail = () => {
    const marks = [];
    if (shown.last) {
      const [from, to] = [place(shown.last.slice(0, 2)), place(shown.last.slice(2, 4))];
      const corner = (dx, dy) => `M${from.x + dx * 22} ${from.y + dy * 12}v${dy * 10}h${-dx * 10}`;
      marks.push(
        svg("path", { class: "origin", d: [[-1, -1], [-1, 1], [1, -1], [1, 1]].map(([dx, dy]) => corner(dx, dy)).join("") }),
        svg("circle", { class: "arrival", cx: to.x, cy: to.y, r: RADIUS + 3.5 }));
    }
    if (shown.check) {
      const king = place(shown.check);
      marks.push(svg("circle", { class: "check", cx: king.x, cy: king.y, r: RADIUS + 6 }));
    }
    trail.replaceChildren(...marks);
  };

  const drawDots = () => {
    dots.replaceChildren(...targets().map((square) => {
      const { x, y } = place(square);
      return pieceAt(square)
        ? svg("circle", { class: "capture", cx: x, cy: y, r: RADIUS + 3 })
        : svg("circle", { class: "dot", cx: x, cy: y, r: 8.5 });
    }));
    for (const [square, hit] of hits) {
      hit.classList.toggle("movable", Boolean(shown.edit || shown.legal[square]));
      hit.classList.toggle("target", targets().includes(square));
    }
    for (const [id, piece] of pieceNodes) {
      const mine = shown.pieces.find((p) => p.id === id);
      piece.classList.toggle("selected", Boolean(selected && mine && mine.at === selected));
    }
  };

  const drawPieces = () => {
    const seen = new Set();
    for (const { id, letter, at } of shown.pieces) {
      seen.add(id);
      let piece = pieceNodes.get(id);
      if (!piece) {
        piece = pieceNode(letter);
        pieceNodes.set(id, piece);
        pieceLayer.append(piece);
      }
      piece.classList.toggle("gone", !at);
      if (at && !(drag && drag.moved && drag.from === at)) {
        const { x, y } = place(at);
        piece.style.transform = `translate(${x}px, ${y}px)`;
      }
    }
    for (const [id, piece] of pieceNodes) {
      if (seen.has(id)) continue;
      piece.remove();
      pieceNodes.delete(id);
    }
    // The piece that moved last passes over the others.
    const mover = shown.last && pieceAt(shown.last.slice(2, 4));
    if (mover && pieceLayer.lastChild !== pieceNodes.get(mover.id)) pieceLayer.append(pieceNodes.get(mover.id));
  };

  const drawArrows = () => {
    const strongest = Math.max(0.01, ...shown.arrows.map((a) => a.probability));
    const taken = [];
    const nodes = shown.arrows.map(({ move, probability, kind }) => {
      const share = probability / strongest;
      return arrowNodes({
        from: place(move.slice(0, 2)), to: place(move.slice(2, 4)), kind,
        width: 3.5 + 6.5 * share, opacity: (0.3 + 0.38 * share).toFixed(2), label: `${Math.max(1, Math.round(100 * probability))}%`,
      }, taken);
    });
    // The most probable is drawn last and lies on top; labels lie on all arrows.
    nodes.reverse();
    arrowLayer.replaceChildren(...nodes.map(([arrow]) => arrow), ...nodes.map(([, label]) => label));
  };

  const describe = (square) => {
    const piece = pieceAt(square);
    const target = targets().includes(square) ? say("，可走到", ", can be reached") : "";
    return `${square}${piece ? say(" ", ": ") + pieceName(piece.letter) : ""}${target}`;
  };
  const label = () => {
    for (const [square, hit] of hits) {
      hit.setAttribute("aria-label", describe(square));
      hit.setAttribute("aria-pressed", String(square === selected));
      hit.setAttribute("tabindex", square === cursor ? "0" : "-1");
    }
  };

  const select = (square) => {
    selected = square && shown.legal[square] ? square : null;
    drawDots();
    label();
    if (selected && onPick) onPick();
  };

  // What a click, a tap or Enter on a square means.
  const act = (square) => {
    cursor = square;
    if (shown.edit) {
      label();
      onSquare(square);
    } else if (targets().includes(square)) {
      const from = selected;
      select(null);
      onMove(from, square);
    } else {
      select(square === selected ? null : square);
    }
  };

  const layPoints = () => {
    for (const [square, hit] of hits) {
      const { x, y } = place(square);
      hit.setAttribute("x", x - CELL / 2);
      hit.setAttribute("y", y - CELL / 2);
    }
  };

  const under = (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(node.getScreenCTM().inverse());
    const [column, row] = [Math.round((at.x - LEFT) / CELL), Math.round((at.y - TOP) / CELL)];
    const inside = column >= 0 && column < 9 && row >= 0 && row < 10;
    const square = inside ? (shown.flipped ? squareName(8 - column, row) : squareName(column, 9 - row)) : null;
    return { x: at.x, y: at.y, square };
  };

  for (const square of ALL_SQUARES) {
    const hit = svg("rect", { class: "point", width: CELL, height: CELL, rx: 30, role: "button", "data-square": square });
    hits.set(square, hit);
    points.append(hit);
  }

  points.addEventListener("pointerdown", (event) => {
    const square = event.target.dataset.square;
    // A press whose release was never seen is forgotten; a second finger does not disturb a drag.
    if (!square || event.button || (drag && drag.moved)) return;
    const piece = pieceAt(square);
    drag = { pointer: event.pointerId, from: square, piece: piece && pieceNodes.get(piece.id), x: event.clientX, y: event.clientY, moved: false };
  });
  points.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.pointer || shown.edit) return;
    if (!drag.moved) {
      if (!shown.legal[drag.from] || Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 7) return;
      drag.moved = true;
      points.setPointerCapture(event.pointerId);
      select(drag.from);
      drag.piece.classList.add("dragged");
      pieceLayer.append(drag.piece);
    }
    const { x, y } = under(event);
    drag.piece.style.transform = `translate(${x}px, ${y}px)`;
  });
  const drop = (event, cancelled) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    const { from, piece, moved } = drag;
    drag = null;
    if (!moved) {
      if (!cancelled && under(event).square === from) act(from);
      return;
    }
    piece.classList.remove("dragged");
    const { square } = under(event);
    if (!cancelled && square && targets().includes(square)) act(square);
    else drawPieces();
  };
  points.addEventListener("pointerup", (event) => drop(event, false));
  points.addEventListener("pointercancel", (event) => drop(event, true));
  // A click that no pointer made: a screen reader's, or a script's.
  points.addEventListener("click", (event) => {
    if (event.detail === 0 && event.target.dataset.square) act(event.target.dataset.square);
  });
  points.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const square = event.target.dataset.square;
    const step = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    if (step) {
      const sign = shown.flipped ? -1 : 1;
      const file = FILE_LETTERS.indexOf(square[0]) + sign * step[0];
      const rank = Number(square[1]) + sign * step[1];
      if (file >= 0 && file < 9 && rank >= 0 && rank < 10) {
        cursor = squareName(file, rank);
        label();
        hits.get(cursor).focus();
      }
    } else if (event.key === "Enter" || event.key === " ") {
      act(square);
    } else if (event.key === "Escape") {
      select(null);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });

  const show = (next) => {
    const turned = next.flipped !== undefined && next.flipped !== shown.flipped;
    shown = { ...shown, ...next };
    if (selected && !shown.legal[selected]) selected = null;
    if (turned || !coordinates.firstChild) {
      drawCoordinates();
      layPoints();
    }
    drawPieces();
    drawTrail();
    drawDots();
    drawArrows();
    label();
  };

  return { node, show };
};
