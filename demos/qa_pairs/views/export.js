// The pairs as files, as they stand on the page.

import { csvOf, harmless, quoted } from "modou/views/csv.js";

/** @typedef {ReturnType<typeof import("modou/qa_pairs/views/cards.js").exported>} Exported */
/** @import { Card } from "modou/qa_pairs/views/cards.js" */

/**
 * @param {string} passage
 * @param {Exported[]} pairs
 */
export const asJson = (passage, pairs) => `${JSON.stringify({ passage, pairs }, null, 2)}\n`;

const COLUMNS = ["question", "answer", "answer_start", "answer_end", "sentence", "score", "reader_answer", "reader_score", "quality", "passed"];
/** @param {Exported[]} pairs */
export const asCsv = (pairs) => csvOf(COLUMNS, pairs.map((pair) => {
  const [start, end] = pair.answer_span || [];
  return COLUMNS.map((name) => ({ ...pair, answer_start: start, answer_end: end })[name]);
}));

// Anki reads a line a card: front, back, and the sentence as a third field, which note types of two leave out. A line
// that begins with # would be a setting.
/** @param {Pick<Card, "question" | "answer" | "sentence">[]} pairs */
export const asAnki = (pairs) => {
  /** @param {string} value */
  const field = (value) => {
    const text = harmless(value.replace(/\s+/g, " ").trim());
    return /^#|"/.test(text) ? quoted(text) : text;
  };
  const lines = pairs.map((pair) => `${field(pair.question)}\t${field(pair.answer)}\t${field(pair.sentence)}`);
  return `#separator:tab\n#html:false\n${lines.join("\n")}\n`;
};
