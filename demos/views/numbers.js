// Numbers as they are read.

/** @param {number} p */
export const percent = (p) => `${(100 * p).toFixed(p > 0.995 || p < 0.1 ? 1 : 0)}%`;
/** @param {number} n */
export const count = (n) => n.toLocaleString("en");
/** @param {number} ms */
export const duration = (ms) =>
  (ms < 1000 ? `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

/** @typedef {string | number | null | undefined} Cell */

/**
 * Years are written without a thousands separator.
 *
 * @param {string} name
 * @param {Cell[]} values
 */
export const isYear = (name, values) => /年|year/i.test(name) && values.some((v) => v !== null)
  && values.every((v) => v === null || (typeof v === "number" && Number.isInteger(v) && v >= 1000 && v <= 2200));
/** @param {number} v */
export const figure = (v, year = false) => {
  if (year || !Number.isFinite(v)) return String(v);
  const size = Math.abs(v);
  if (size >= 1e15 || (size > 0 && size < 1e-4)) return v.toPrecision(4).replace(/\.?0+e/, "e");
  const digits = size >= 1 || size === 0 ? { maximumFractionDigits: 4 } : { maximumSignificantDigits: 4 };
  return v.toLocaleString("en", digits);
};
/**
 * @param {Cell} v
 * @param {boolean} [year]
 */
export const cellText = (v, year) => (typeof v === "number" ? figure(v, year) : String(v));
