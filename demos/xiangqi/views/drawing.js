// What a board is drawn of: lines, pieces, arrows, all in the units of its picture.
import { svg } from "modou/views/svg.js";
import { FACES, isRed } from "modou/xiangqi/views/pieces.js";

/** @typedef {{from: {x: number, y: number}, to: {x: number, y: number}, width: number, opacity: number | string, label: string, kind: string}} DrawnArrow */

export const CELL = 60;
export const LEFT = 44;
export const TOP = 56;
export const WIDTH = 8 * CELL + 2 * LEFT;
export const HEIGHT = 9 * CELL + 2 * TOP;
export const RADIUS = 27;
const RED_DIGITS = "一二三四五六七八九";
const BLACK_DIGITS = "１２３４５６７８９";

// The empty board: lines, palaces, river, and the marks where cannons and pawns start.
export const boardLines = () => {
  /** @param {number} file */
  const x = (file) => LEFT + CELL * file;
  /** @param {number} row */
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

/** @param {string} letter */
export const pieceNode = (letter) => svg("g", { class: `piece ${isRed(letter) ? "red" : "black"}` },
  svg("g", { class: "body" },
    svg("circle", { class: "shadow", cx: 1.5, cy: 3, r: RADIUS }),
    svg("circle", { class: "disc", r: RADIUS }),
    svg("circle", { class: "ring", r: RADIUS - 4.5 }),
    svg("text", { class: "face", lang: "zh-Hant", y: 1 }, FACES[letter])));

// The arrow of a move from the middle of one square to that of another, `width` wide, and its label, near the head but
// clear of the labels that are there already (`taken`, which takes in the new one).
/**
 * @param {DrawnArrow} given
 * @param {number[][]} taken
 */
export const arrowNodes = ({ from, to, width, opacity, label, kind }, taken) => {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const head = 10 + width;
  const [begin, end] = [14, length - 13];
  /**
   * @param {number} along
   * @param {number} aside
   */
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

/** @typedef {{x: number, y: number}} Place */

/**
 * The numbers of the files: each side counts its own from its right.
 *
 * @param {boolean} flipped
 */
export const coordinateNodes = (flipped) => Array.from({ length: 9 }, (_, column) => {
  const x = LEFT + CELL * column;
  const [above, below] = flipped
    ? [RED_DIGITS[column], BLACK_DIGITS[8 - column]] : [BLACK_DIGITS[column], RED_DIGITS[8 - column]];
  return [svg("text", { x, y: 17 }, above), svg("text", { x, y: HEIGHT - 15 }, below)];
}).flat();

/**
 * Where a piece has come from, and where it is now.
 *
 * @param {Place} from
 * @param {Place} to
 */
export const trailNodes = (from, to) => {
  const corners = [[-1, -1], [-1, 1], [1, -1], [1, 1]].map(([dx, dy]) =>
    `M${from.x + dx * 22} ${from.y + dy * 12}v${dy * 10}h${-dx * 10}`);
  return [
    svg("path", { class: "origin", d: corners.join("") }),
    svg("circle", { class: "arrival", cx: to.x, cy: to.y, r: RADIUS + 3.5 })];
};

/** @param {Place} king */
export const checkNode = (king) => svg("circle", { class: "check", cx: king.x, cy: king.y, r: RADIUS + 6 });
