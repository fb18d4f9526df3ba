// A chart of our own for results that are a label and a number: bars, or a line over time.

import { isRate, PLAIN, rounded, styled, unitOf } from "modou/text2sql/views/measures.js";
import { timeKey } from "modou/text2sql/views/times.js";
import { h, lookup, targetOf } from "modou/views/dom.js";
import { say, zh } from "modou/views/language.js";
import { figure, isYear } from "modou/views/numbers.js";
import { svg } from "modou/views/svg.js";

/** @import { text2sql } from "modou/views/types.js" */

/** @typedef {{label: string, value: number | null}} Point */
/** @typedef {{points: Point[], line: boolean, name: string, by: string, measure: text2sql.Measure}} Chart */

const MOST_POINTS = 50;
const OF_TIME = new Set(["月", "季度", "号"]);
/** Whether numbers name times: 3 the month of March. @param {text2sql.Measure} measure */
const names = (measure) => measure.style === "plain" || measure.style === "weekday" || OF_TIME.has(measure.unit);

/**
 * @param {any} value
 * @param {text2sql.Measure} measure
 */
const labelOf = (value, measure) => {
  if (value === null) return say("（空）", "(empty)");
  if (typeof value !== "number") return String(value);
  return styled(value, measure) ?? (OF_TIME.has(measure.unit) ? say(`${value}${measure.unit}`, String(value)) : String(value));
};

// Highest first, unless they come in an order of their value already.
/** @param {Point[]} points */
const byValue = (points) => {
  /** @param {Point} p */
  const size = (p) => p.value ?? -Infinity;
  if (points.every((p, i) => !i || (p.value !== null && size(points[i - 1]) <= size(p)))) return points;
  return [...points].sort((a, b) => (size(a) === size(b) ? 0 : size(b) - size(a)));
};

// What to draw, or null where the result is no label and a number.
/**
 * @param {text2sql.Rows} result
 * @param {text2sql.Measure[]} [measures]
 * @returns {Chart | null}
 */
export const chartOf = (result, measures = [PLAIN, PLAIN]) => {
  const { columns, types, rows, total } = result;
  if (columns.length !== 2 || total !== rows.length || rows.length < 2 || rows.length > MOST_POINTS) return null;
  const years = types.map((type, j) => type === "number" && isYear(columns[j], rows.map((row) => row[j])));
  const named = [0, 1].map((j) => types[j] !== "number" || years[j] || names(measures[j]));
  const label = named.indexOf(true);
  if (label < 0 || named[1 - label]) return null;
  const [of, measure] = [measures[label], measures[1 - label]];
  const keyed = rows.map((row) => ({
    label: labelOf(row[label], of), value: row[1 - label],
    key: row[label] === null ? null : types[label] === "text" ? timeKey(row[label]) : types[label] === "date" ? Date.parse(row[label]) : row[label],
  }));
  if (keyed.filter((p) => p.value !== null).length < 2) return null;
  const isTime = keyed.every((p) => p.key !== null && !Number.isNaN(p.key)) && new Set(keyed.map((p) => p.label)).size === keyed.length;
  const points = isTime ? keyed.sort((a, b) => a.key - b.key) : byValue(keyed);
  return { points, line: isTime && points.length > 2 && of.style !== "weekday", name: columns[1 - label], by: columns[label], measure };
};

// Round steps from at most `low` to at least `high`.
/**
 * @param {number} low
 * @param {number} high
 */
const ticks = (low, high, most = 5) => {
  const raw = (high - low || Math.abs(high) || 1) / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((n) => n * power).find((s) => s >= raw * 0.999) ?? 10 * power;
  const found = [];
  for (let i = Math.floor(low / step); i <= Math.ceil(high / step) + 1e-9; i += 1) found.push(Number((i * step).toPrecision(12)));
  return found;
};
// Of a unit that counts in ten thousands or millions itself: 14万 of 万人 would be misread.
const COUNTING = /^(?:[百千万亿]|thousand|million|billion)/i;
/**
 * @param {number} v
 * @param {text2sql.Measure} measure
 */
const short = (v, measure) => {
  const style = styled(v, measure);
  if (style !== null) return style;
  const size = Math.abs(v);
  /** @param {number} x */
  const trim = (x) => String(Number(x.toPrecision(4)));
  if (measure.unit === "%") return `${rounded(v)}%`;
  if (COUNTING.test(measure.unit)) return figure(v);
  if (zh) return size >= 1e8 ? `${trim(v / 1e8)}亿` : size >= 1e4 ? `${trim(v / 1e4)}万` : figure(v);
  return size >= 1e9 ? `${trim(v / 1e9)}B` : size >= 1e6 ? `${trim(v / 1e6)}M` : figure(v);
};
/** @param {string} text */
const wide = (text) => [...text].reduce((sum, c) => sum + ((c.codePointAt(0) ?? 0) > 0x2e80 ? 1 : 0.56), 0);
/**
 * @param {string} text
 * @param {number} most
 */
const clip = (text, most) => {
  if (wide(text) <= most) return text;
  let kept = "";
  for (const c of text) {
    if (wide(kept + c) > most - 1) break;
    kept += c;
  }
  return `${kept}…`;
};

/**
 * @param {number} v
 * @param {text2sql.Measure} measure
 */
const valueText = (v, measure) => styled(v, measure) ?? (isRate(measure) ? `${figure(v)}%` : unitOf(measure) ? `${figure(v)} ${unitOf(measure)}` : figure(v));

/**
 * @param {object} attributes
 * @param {number} i
 */
const bandOf = (attributes, i) => svg("rect", { ...attributes, class: "band", "data-i": i });

/**
 * @param {Chart} given
 * @param {number} width
 */
const horizontalBars = ({ points, measure }, width) => {
  const row = 28;
  const longest = Math.min(Math.max(...points.map((p) => wide(p.label))) * 13 + 12, width * 0.36);
  const values = points.map((p) => p.value ?? 0);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const room = Math.max(40, width - longest - 70);
  /** @param {number} v */
  const x = (v) => longest + (high > low ? ((v - low) / (high - low)) * room : 0);
  const height = points.length * row + 6;
  return svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` },
    points.map((p, i) => svg("g", { class: "point", "data-i": i },
      bandOf({ x: 0, y: i * row + 2, width, height: row }, i),
      svg("text", { x: longest - 8, y: i * row + 21, "text-anchor": "end", class: "label" }, clip(p.label, (longest - 12) / 13)),
      p.value === null ? null : svg("rect", { class: "mark", x: Math.min(x(0), x(p.value)), y: i * row + 7, width: Math.max(1.5, Math.abs(x(p.value) - x(0))), height: row - 10, rx: 3 }),
      svg("text", { x: Math.max(x(0), x(p.value ?? 0)) + 6, y: i * row + 21, class: "value" }, p.value === null ? "–" : short(p.value, measure)))),
    svg("line", { x1: x(0), x2: x(0), y1: 2, y2: height - 4, class: "axis" }));
};

// Bars or a line above an axis of labels.
/**
 * @param {Chart} given
 * @param {number} width
 */
const upright = ({ points, line, measure }, width) => {
  const [top, bottom, height] = [22, 26, 236];
  const known = points.flatMap((p) => (p.value === null ? [] : [p.value]));
  // A line may begin above nought, a bar may not.
  const low = line && Math.min(...known) > 0 && Math.min(...known) > 0.5 * Math.max(...known) ? Math.min(...known) : Math.min(0, ...known);
  const marks = ticks(low, Math.max(low, ...known, 0));
  const left = Math.max(...marks.map((m) => wide(short(m, measure)))) * 12 + 14;
  const each = (width - left - 6) / points.length;
  const [from, to] = [marks[0], marks[marks.length - 1]];
  /** @param {number} v */
  const y = (v) => height - bottom - ((v - from) / (to - from || 1)) * (height - top - bottom);
  /** @param {number} i */
  const x = (i) => left + (i + 0.5) * each;
  const every = Math.ceil(points.length / Math.max(1, Math.floor((width - left) / (Math.min(10, Math.max(...points.map((p) => wide(p.label)))) * 12 + 10))));
  const bar = Math.min(56, each * 0.66);
  // Where a cell is empty the line has a gap.
  const path = points.map((p, i) => (p.value === null ? "" : `${i && points[i - 1].value !== null ? "L" : "M"}${x(i).toFixed(1)},${y(p.value).toFixed(1)}`)).join("");
  return svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` },
    marks.map((m) => svg("g", { class: "tick" }, svg("line", { x1: left, x2: width - 4, y1: y(m), y2: y(m) }), svg("text", { x: left - 7, y: y(m) + 4, "text-anchor": "end" }, short(m, measure)))),
    line ? svg("path", { class: "curve", d: path }) : null,
    points.map((p, i) => svg("g", { class: "point", "data-i": i },
      bandOf({ x: x(i) - each / 2, y: 0, width: each, height }, i),
      p.value === null ? null : line
        ? svg("circle", { class: "mark", cx: x(i), cy: y(p.value), r: points.length > 30 ? 2.5 : 4 })
        : svg("rect", { class: "mark", x: x(i) - bar / 2, y: Math.min(y(0), y(p.value)), width: bar, height: Math.max(1.5, Math.abs(y(p.value) - y(0))), rx: 3 }),
      !line && each > 44 && p.value !== null ? svg("text", { x: x(i), y: Math.min(y(0), y(p.value)) - 5, "text-anchor": "middle", class: "value" }, short(p.value, measure)) : null,
      i % every === 0 ? svg("text", { x: x(i), y: height - 8, "text-anchor": "middle", class: "label" }, clip(p.label, Math.max(4, (each * every) / 13))) : null)),
    svg("line", { x1: left, x2: width - 4, y1: y(Math.max(from, 0)), y2: y(Math.max(from, 0)), class: "axis" }));
};

// The chart in a box of `width`; a point that is pointed at, tapped or reached by the arrow keys is told in words.
/**
 * @param {Chart} chart
 * @param {number} width
 */
export const drawChart = (chart, width) => {
  const across = Math.max(...chart.points.map((p) => wide(p.label))) * 13 + 14;
  const lying = !chart.line && across * chart.points.length > width - 70;
  const told = h("p", { class: "readout", role: "status" }, say("指向或点按图形看数值，键盘用方向键。", "Point at or tap the chart for values, or use the arrow keys."));
  const drawing = (lying ? horizontalBars : upright)(chart, width);
  drawing.setAttribute("tabindex", "0");
  drawing.setAttribute("role", "img");
  const unit = unitOf(chart.measure);
  const title = say(`${chart.name}（${unit && `${unit}，`}按${chart.by}）`, `${chart.name}${unit && ` (${unit})`} by ${chart.by}`);
  drawing.setAttribute("aria-label", title);
  let at = -1;
  /** @param {number} i */
  const show = (i) => {
    at = i;
    drawing.querySelectorAll(".point").forEach((node) => node.classList.toggle("lit", Number(node.dataset.i) === i));
    const { label, value } = chart.points[i];
    told.replaceChildren(h("b", {}, label), say("：", ": "), h("strong", {}, value === null ? say("空", "empty") : valueText(value, chart.measure)));
  };
  /** @param {Event} e */
  const point = (e) => {
    const node = targetOf(e).closest("[data-i]");
    if (node) show(Number(node.dataset.i));
  };
  drawing.addEventListener("mouseover", point);
  drawing.addEventListener("click", point);
  drawing.addEventListener("keydown", (e) => {
    const n = chart.points.length;
    const to = lookup({ ArrowLeft: Math.max(0, at - 1), ArrowUp: Math.max(0, at - 1), ArrowRight: Math.min(n - 1, at + 1), ArrowDown: Math.min(n - 1, at + 1), Home: 0, End: n - 1 }, e.key);
    if (to === undefined) return;
    e.preventDefault();
    show(to);
  });
  return h("section", { class: "chart" }, h("h4", {}, title), drawing, told);
};
