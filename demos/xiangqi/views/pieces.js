// Pieces and squares by name. Squares are named as in ICCS: file a-i from red's left, rank 0-9 from red's side.
import { say } from "modou/views/language.js";

/** @typedef {{id: string, letter: string, at: string | null}} Piece `id` follows it through the game; once captured it stands nowhere */

export const FILE_LETTERS = "abcdefghi";
/** @type {Record<string, string>} */
export const FACES = {
  K: "帥", A: "仕", B: "相", N: "傌", R: "俥", C: "炮", P: "兵",
  k: "將", a: "士", b: "象", n: "馬", r: "車", c: "砲", p: "卒",
};
// As spoken, and as messages about errors name them; the faces are old forms that screen readers stumble over.
/** @type {Record<string, string>} */
const CHINESE_NAMES = { K: "帅", A: "仕", B: "相", N: "马", R: "车", C: "炮", P: "兵", k: "将", a: "士", b: "象", n: "马", r: "车", c: "炮", p: "卒" };
/** @type {Record<string, string>} */
const ENGLISH_NAMES = { k: "king", a: "advisor", b: "elephant", n: "horse", r: "chariot", c: "cannon", p: "pawn" };
export const START_FEN = "rnbakabnr/9/1c5c1/p1p1p1p1p/9/9/P1P1P1P1P/1C5C1/9/RNBAKABNR w - - 0 1";

/** @param {string} letter */
export const isRed = (letter) => letter === letter.toUpperCase();
/** @param {string} letter */
export const pieceName = (letter) => say(
  `${isRed(letter) ? "红" : "黑"}${CHINESE_NAMES[letter]}`,
  `${isRed(letter) ? "red" : "black"} ${ENGLISH_NAMES[letter.toLowerCase()]}`);
/**
 * @param {number} file
 * @param {number} rank
 */
export const squareName = (file, rank) => `${FILE_LETTERS[file]}${rank}`;
export const ALL_SQUARES = Array.from({ length: 90 }, (_, i) => squareName(i % 9, Math.floor(i / 9)));

// Where the pieces of a FEN stand: [{id, letter, at}]; the id follows a piece through the game.
/**
 * @param {string} fen
 * @returns {Piece[]}
 */
export const piecesOf = (fen) => fen.split(" ")[0].split("/").flatMap((row, i) => {
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
/**
 * @param {string} fen
 * @param {string[]} moves
 */
export const piecesAfter = (fen, moves) => {
  const pieces = piecesOf(fen);
  for (const move of moves) {
    const [from, to] = [move.slice(0, 2), move.slice(2, 4)];
    for (const piece of pieces) if (piece.at === to) piece.at = null;
    for (const piece of pieces) if (piece.at === from) piece.at = to;
  }
  return pieces;
};
