// CSV that a spreadsheet opens without harm.

// A spreadsheet takes a cell that begins with one of these for a formula.
const FORMULA = /^[=+\-@\t\r]/;
/** @param {string} text */
export const harmless = (text) => (FORMULA.test(text) ? `'${text}` : text);
/** @param {string} text */
export const quoted = (text) => `"${text.replaceAll('"', '""')}"`;

/** @param {any} value */
const csvCell = (value) => {
  const text = typeof value === "string" ? harmless(value) : String(value ?? "");
  return /[",\r\n]/.test(text) ? quoted(text) : text;
};

// The byte order mark tells Excel that this is UTF-8.
/**
 * @param {string[]} columns
 * @param {any[][]} rows
 */
export const csvOf = (columns, rows) =>
  `\ufeff${[columns, ...rows].map((row) => row.map(csvCell).join(",")).join("\r\n")}\r\n`;
