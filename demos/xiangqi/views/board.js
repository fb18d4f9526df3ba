// A xiangqi board: one SVG whose pieces are keyed nodes, moved by CSS transitions. It knows no rules; the legal moves
// are given to it.
import { lookup, targetOf } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { svg } from "modou/views/svg.js";
import { arrowNodes, boardLines, CELL, checkNode, coordinateNodes, HEIGHT, LEFT, pieceNode, RADIUS, TOP, trailNodes, WIDTH } from "modou/xiangqi/views/drawing.js";
import { ALL_SQUARES, FILE_LETTERS, pieceName, squareName } from "modou/xiangqi/views/pieces.js";

/** @import { Piece } from "modou/xiangqi/views/pieces.js" */

/**
 * @typedef {object} BoardActs
 * @property {(from: string, to: string) => void} onMove a legal move that the visitor makes
 * @property {(square: string) => void} onSquare in edit mode
 * @property {() => void} [onPick]
 * @property {(from: string, to: string | null) => void} [onRefused] a piece that cannot be taken up, or cannot go there
 */
/** @typedef {{move: string, probability: number, kind: string}} Arrow */
/** @typedef {{pointer: number, from: string, piece: SVGGElement | undefined, x: number, y: number, moved: boolean}} Drag */
/**
 * @typedef {object} Shown
 * @property {Piece[]} pieces
 * @property {Record<string, string[]>} legal
 * @property {Arrow[]} arrows
 * @property {boolean} flipped
 * @property {string | null} last
 * @property {string | null} check
 * @property {boolean} edit
 */

// A board element. `onMove(from, to)` is called for a legal move the visitor makes, `onSquare(square)` in edit mode.
/** @param {BoardActs} given */
export const makeBoard = ({ onMove, onSquare, onPick, onRefused }) => {
  /** @param {string} name */
  const layer = (name) => svg("g", { class: name, "aria-hidden": "true" });
  const [coordinates, trail, pieceLayer, dots, arrowLayer] = ["coordinates", "trail", "pieces", "dots", "arrows"].map(layer);
  const points = svg("g", { class: "points" });
  const node = svg("svg", { class: "board", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "group", "aria-label": say("象棋棋盘", "Xiangqi board") },
    boardLines(), coordinates, trail, pieceLayer, dots, arrowLayer, points);
  /** @type {Map<string, SVGGElement>} */
  const pieceNodes = new Map();
  /** @type {Map<string, SVGRectElement>} */
  const hits = new Map();
  /** @type {Shown} */
  let shown = { pieces: [], legal: {}, arrows: [], flipped: false, last: null, check: null, edit: false };
  /** @type {string | null} */
  let selected = null;
  /** @type {Drag | null} */
  let drag = null;
  let cursor = "e0";

  /** @param {string} square */
  const place = (square) => {
    const [file, rank] = [FILE_LETTERS.indexOf(square[0]), Number(square[1])];
    const [column, row] = shown.flipped ? [8 - file, rank] : [file, 9 - rank];
    return { x: LEFT + CELL * column, y: TOP + CELL * row };
  };
  /** @param {string} square */
  const pieceAt = (square) => shown.pieces.find((piece) => piece.at === square);
  const targets = () => (selected && shown.legal[selected]) || [];

  const drawTrail = () => {
    const move = shown.last;
    trail.replaceChildren(
      ...(move ? trailNodes(place(move.slice(0, 2)), place(move.slice(2, 4))) : []), ...(shown.check ? [checkNode(place(shown.check))] : []));
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
    const moving = mover && pieceNodes.get(mover.id);
    if (moving && pieceLayer.lastChild !== moving) pieceLayer.append(moving);
  };

  const drawArrows = () => {
    const strongest = Math.max(0.01, ...shown.arrows.map((a) => a.probability));
    /** @type {number[][]} */
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

  /** @param {string} square */
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

  /** @param {string | null} square */
  const select = (square) => {
    selected = square && shown.legal[square] ? square : null;
    drawDots();
    label();
    if (selected && onPick) onPick();
  };

  // What a click, a tap or Enter on a square means.
  /** @param {string} square */
  const act = (square) => {
    cursor = square;
    if (shown.edit) {
      label();
      onSquare(square);
    } else if (targets().includes(square)) {
      const from = selected;
      select(null);
      if (from) onMove(from, square);
    } else {
      const from = selected;
      select(square === selected ? null : square);
      // Another of the visitor's pieces is taken up instead; anything else is a mistake that wants its reason.
      if (!onRefused || selected || square === from) return;
      if (from) onRefused(from, square);
      else if (pieceAt(square)) onRefused(square, null);
    }
  };

  const layPoints = () => {
    for (const [square, hit] of hits) {
      const { x, y } = place(square);
      hit.setAttribute("x", String(x - CELL / 2));
      hit.setAttribute("y", String(y - CELL / 2));
    }
  };

  /** @param {PointerEvent} event */
  const under = (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(node.getScreenCTM()?.inverse());
    const [column, row] = [Math.round((at.x - LEFT) / CELL), Math.round((at.y - TOP) / CELL)];
    const inside = column >= 0 && column < 9 && row >= 0 && row < 10;
    const square = inside ? (shown.flipped ? squareName(8 - column, row) : squareName(column, 9 - row)) : null;
    return { x: at.x, y: at.y, square };
  };

  // Whether the pointer has gone further than a hand trembles.
  /** @param {PointerEvent} event */
  const strayed = (event) => drag !== null && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) >= 7;

  /** @param {Event} event */
  const squareOf = (event) => targetOf(event).closest("[data-square]")?.dataset.square;

  for (const square of ALL_SQUARES) {
    const hit = svg("rect", { class: "point", width: CELL, height: CELL, rx: 30, role: "button", "data-square": square });
    hits.set(square, hit);
    points.append(hit);
  }

  points.addEventListener("pointerdown", (event) => {
    const square = squareOf(event);
    // A press whose release was never seen is forgotten; a second finger does not disturb a drag.
    if (!square || event.button || (drag && drag.moved)) return;
    const piece = pieceAt(square);
    drag = { pointer: event.pointerId, from: square, piece: piece && pieceNodes.get(piece.id), x: event.clientX, y: event.clientY, moved: false };
  });
  points.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.pointer || shown.edit) return;
    if (!drag.moved) {
      if (!drag.piece || !shown.legal[drag.from] || !strayed(event)) return;
      drag.moved = true;
      points.setPointerCapture(event.pointerId);
      select(drag.from);
      drag.piece.classList.add("dragged");
      pieceLayer.append(drag.piece);
    }
    const { x, y } = under(event);
    if (drag.piece) drag.piece.style.transform = `translate(${x}px, ${y}px)`;
  });
  /**
   * @param {PointerEvent} event
   * @param {boolean} cancelled
   */
  const drop = (event, cancelled) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    const { from, piece, moved } = drag;
    const dragged = moved || strayed(event);
    drag = null;
    const { square } = under(event);
    if (!moved) {
      if (cancelled) return;
      if (square === from) act(from);
      // It was dragged, though it cannot be taken up.
      else if (dragged && piece && square && !shown.edit) onRefused?.(from, square);
      return;
    }
    piece?.classList.remove("dragged");
    if (!cancelled && square && targets().includes(square)) act(square);
    else {
      drawPieces();
      if (!cancelled && square && square !== from) onRefused?.(from, square);
    }
  };
  points.addEventListener("pointerup", (event) => drop(event, false));
  points.addEventListener("pointercancel", (event) => drop(event, true));
  // A click that no pointer made: a screen reader's, or a script's.
  points.addEventListener("click", (event) => {
    const square = squareOf(event);
    if (event.detail === 0 && square) act(square);
  });
  points.addEventListener("keydown", (event) => {
    const square = squareOf(event);
    if (!square || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = lookup({ ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }, event.key);
    if (step) {
      const sign = shown.flipped ? -1 : 1;
      const file = FILE_LETTERS.indexOf(square[0]) + sign * step[0];
      const rank = Number(square[1]) + sign * step[1];
      if (file >= 0 && file < 9 && rank >= 0 && rank < 10) {
        cursor = squareName(file, rank);
        label();
        hits.get(cursor)?.focus();
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

  /** @param {Partial<Shown>} next */
  const show = (next) => {
    const turned = next.flipped !== undefined && next.flipped !== shown.flipped;
    shown = { ...shown, ...next };
    if (selected && !shown.legal[selected]) selected = null;
    if (turned || !coordinates.firstChild) {
      coordinates.replaceChildren(...coordinateNodes(shown.flipped));
      layPoints();
    }
    drawPieces();
    drawTrail();
    drawDots();
    drawArrows();
    label();
  };

  return { node, show, focus: () => hits.get(cursor)?.focus() };
};
