// Numbers of a result as they are shown: in their style, and with their unit where it stands in no head.

import { say } from "modou/views/language.js";
import { figure } from "modou/views/numbers.js";

/** @import { text2sql } from "modou/views/types.js" */

/** @type {text2sql.Measure} */
export const PLAIN = { unit: "", style: "" };
// As the engine counts them: 0 is Sunday.
const WEEKDAYS = say(["周日", "周一", "周二", "周三", "周四", "周五", "周六"], ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]);

// Two decimals, or as many as a small number needs: as in the sentence above.
/** @param {number} v */
export const rounded = (v) => {
  const size = Math.abs(v);
  if (Number.isInteger(v) || size >= 1e15 || size < 1e-4) return figure(v);
  return v.toLocaleString("en", size >= 0.1 ? { maximumFractionDigits: 2 } : { maximumSignificantDigits: 2 });
};
/** @param {text2sql.Measure} measure */
const isShare = (measure) => measure.style === "percent";
/** @param {text2sql.Measure} measure */
export const isRate = (measure) => isShare(measure) || measure.unit === "%";

// A number in the style of its column; null where it has none, and is shown as any other.
/**
 * @param {number} v
 * @param {text2sql.Measure} measure
 */
export const styled = (v, measure) => {
  if (isShare(measure)) return `${rounded(100 * v)}%`;
  if (measure.style === "plain") return String(v);
  if (measure.style === "weekday") return WEEKDAYS[((v % 7) + 7) % 7] ?? String(v);
  return null;
};

// A number alone, without its unit unless that belongs to it.
/**
 * @param {number} v
 * @param {text2sql.Measure} measure
 */
export const alone = (v, measure) => styled(v, measure) ?? (measure.unit === "%" ? `${rounded(v)}%` : rounded(v));

/** The unit that a column's head says. @param {text2sql.Measure} measure */
export const unitOf = (measure) => (isRate(measure) ? "" : measure.unit);
