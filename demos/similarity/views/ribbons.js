// The transport plan as ribbons from the words of A to those of B, as wide as what they carry and as red as they cost.

import { dear, decimals, part, quoted, shorten } from "modou/similarity/views/words.js";
import { say } from "modou/views/language.js";
import { svg, widthOf } from "modou/views/svg.js";

/** @import { Result } from "modou/similarity/views/words.js" */

/** @typedef {{side: "a" | "b", n: number, i?: undefined, j?: undefined}} ChosenWord */
/** @typedef {{i: number, j: number, side?: undefined, n?: undefined}} ChosenRoute */
/** @typedef {ChosenWord | ChosenRoute} Chosen a word of a sentence, or the route from one to another */
/**
 * A word with its place: the `weight` bar starts at `start`, its middle and that of the text is `middle`.
 *
 * @typedef {object} Word
 * @property {string} token
 * @property {string} text
 * @property {number} size
 * @property {number} width
 * @property {number} weight
 * @property {number} need
 * @property {number} middle
 * @property {number} start
 */
/** @typedef {{a: Word[], b: Word[]}} Sides */
/** @typedef {{i: number, j: number, mass: number, cost: number, from: number, to: number, minor: boolean}} Route */
/** @typedef {SVGElement} Item a word or a route as it is drawn */

const GAP = 8;
const BAR = 9;
// Pixels for the whole of the mass; less would make the ribbons hairs.
const LEAST_SCALE = 260;
const THIN = 0.005;
// With more words than this in a sentence they stand closer, and only the main ribbons of each are shown at first.
const MANY = 16;

/** @param {Word[]} words */
const gapOf = (words) => (words.length > MANY ? 3 : GAP);
/**
 * @param {Word[]} words
 * @param {number} scale
 */
const spanOf = (words, scale) => words.reduce((sum, w) => sum + Math.max(w.need, w.weight * scale) + gapOf(words), -gapOf(words));
/**
 * @param {Sides} sides
 * @param {number} scale
 */
const spanOfBoth = (sides, scale) => Math.max(spanOf(sides.a, scale), spanOf(sides.b, scale));

// The greatest scale, pixels for all the mass, at which both sentences fit into `room`.
/**
 * @param {Sides} sides
 * @param {number} room
 */
const scaleFor = (sides, room) => {
  let low = LEAST_SCALE;
  let high = room;
  for (let i = 0; i < 24; i += 1) {
    const middle = (low + high) / 2;
    if (spanOfBoth(sides, middle) <= room) low = middle;
    else high = middle;
  }
  return low;
};

/**
 * @param {Result} result
 * @param {boolean} upright
 * @param {boolean} narrow
 */
const sidesOf = (result, upright, narrow) => {
  const most = Math.max(...result.weights_a, ...result.weights_b);
  /**
   * @param {string[]} tokens
   * @param {number[]} weights
   */
  const words = (tokens, weights) => tokens.map((token, n) => {
    const many = tokens.length > MANY;
    const size = 12.5 + (many ? 5 : narrow ? 8 : 15) * Math.sqrt(weights[n] / most);
    const text = shorten(token, upright && narrow ? 6 : 10);
    const width = widthOf(text, size);
    return { token, text, size, width, weight: weights[n], need: upright ? size * (many ? 1.15 : 1.3) : width + 6, middle: 0, start: 0 };
  });
  return { a: words(result.tokens_a, result.weights_a), b: words(result.tokens_b, result.weights_b) };
};

// Places every word and its bar along one axis. Side by side where both sentences fit across, else one below the other.
/**
 * @param {Result} result
 * @param {number} width
 */
const arrange = (result, width) => {
  let sides = sidesOf(result, false, width < 560);
  const upright = spanOfBoth(sides, LEAST_SCALE) > width;
  if (upright) sides = sidesOf(result, true, width < 560);
  const room = upright ? Math.max(400, spanOfBoth(sides, LEAST_SCALE)) : width;
  const scale = scaleFor(sides, room);
  const length = upright ? spanOfBoth(sides, scale) : width;
  for (const words of Object.values(sides)) {
    let at = (length - spanOf(words, scale)) / 2;
    for (const word of words) {
      const slot = Math.max(word.need, word.weight * scale);
      word.middle = at + slot / 2;
      word.start = word.middle - (word.weight * scale) / 2;
      at += slot + gapOf(words);
    }
  }
  return { ...sides, upright, scale, length };
};

/**
 * @param {Result} result
 * @param {Sides & {scale: number}} plan
 */
const routesOf = (result, plan) => {
  const { a, b, scale } = plan;
  const usedA = a.map((word) => word.start);
  const usedB = b.map((word) => word.start);
  const many = Math.max(a.length, b.length) > MANY;
  const mostA = result.plan.map((row) => Math.max(...row));
  const mostB = b.map((_, j) => Math.max(...result.plan.map((row) => row[j])));
  /** @type {Route[]} */
  const routes = [];
  result.plan.forEach((row, i) => row.forEach((mass, j) => {
    if (mass <= 0) return;
    routes.push({ i, j, mass, cost: result.cost[i][j], from: usedA[i], to: usedB[j], minor: many && mass < mostA[i] && mass < mostB[j] });
    usedA[i] += mass * scale;
    usedB[j] += mass * scale;
  }));
  // Thin ones last, where they can be reached.
  return routes.sort((x, y) => y.mass - x.mass);
};

/**
 * @param {Result} result
 * @param {ChosenRoute} given
 */
export const routeText = (result, { i, j }) => {
  const mass = result.plan[i][j];
  const cost = result.cost[i][j];
  const whole = result.distance;
  const words = `${quoted(result.tokens_a[i])} → ${quoted(result.tokens_b[j])}`;
  const share = whole > 1e-9 ? (mass * cost) / whole : 0;
  return say(
    `${words}：搬运全部重量的 ${part(mass)}，代价 ${decimals(cost)}（余弦 ${decimals(1 - cost)}），占距离的 ${part(share)}`,
    `${words}: carries ${part(mass)} of all weight at cost ${decimals(cost)} (cosine ${decimals(1 - cost)}), ${part(share)} of the distance`);
};

/**
 * @param {Result} result
 * @param {ChosenWord} given
 */
export const wordText = (result, { side, n }) => {
  const own = side === "a" ? result.tokens_a : result.tokens_b;
  const others = side === "a" ? result.tokens_b : result.tokens_a;
  const partners = others.map((word, k) => {
    const [i, j] = side === "a" ? [n, k] : [k, n];
    return { word, mass: result.plan[i][j], cost: result.cost[i][j] };
  }).filter((p) => p.mass > 0).sort((x, y) => y.mass - x.mass);
  const weight = partners.reduce((sum, p) => sum + p.mass, 0);
  const list = partners.slice(0, 6).map((p) => say(
    `${quoted(p.word)} ${part(p.mass)}（代价 ${decimals(p.cost)}，余弦 ${decimals(1 - p.cost)}）`,
    `${quoted(p.word)} ${part(p.mass)} (cost ${decimals(p.cost)}, cosine ${decimals(1 - p.cost)})`)).join(say("、", ", "));
  const more = partners.length > 6 ? say("等", ", …") : "";
  return say(
    `${quoted(own[n])} 重 ${part(weight)} ${side === "a" ? "→" : "←"} ${list}${more}`,
    `${quoted(own[n])} weighs ${part(weight)} ${side === "a" ? "→" : "←"} ${list}${more}`);
};

/**
 * @param {Result} result
 * @param {number} width
 */
export const drawRibbons = (result, width) => {
  const plan = arrange(result, width);
  const { upright, scale, length } = plan;
  // How far the words reach out on either side of the ribbons.
  /** @param {Word[]} words */
  const margin = (words) => (upright ? Math.max(...words.map((w) => w.width)) + 8 : 36);
  const near = margin(plan.a);
  const far = near + (upright ? Math.max(90, width - near - margin(plan.b)) : 180);
  const across = far + margin(plan.b);
  /**
   * @param {number} along
   * @param {number} over
   */
  const at = (along, over) => (upright ? `${over.toFixed(1)},${along.toFixed(1)}` : `${along.toFixed(1)},${over.toFixed(1)}`);

  /** @param {Route} route */
  const ribbon = (route) => {
    const wide = Math.max(1.5, route.mass * scale);
    const [top, bottom] = [near + BAR, far - BAR];
    const middle = (top + bottom) / 2;
    const { from, to } = route;
    return svg("path", {
      class: `route${route.minor ? " minor" : route.mass < THIN ? " thin" : ""}`, "data-i": route.i, "data-j": route.j, style: `fill:${dear(route.cost)}`,
      tabindex: "-1", role: "img", "aria-label": routeText(result, route),
      d: `M${at(from, top)}C${at(from, middle)} ${at(to, middle)} ${at(to, bottom)}L${at(to + wide, bottom)}`
        + `C${at(to + wide, middle)} ${at(from + wide, middle)} ${at(from + wide, top)}Z`,
    });
  };
  /** @param {"a" | "b"} side */
  const label = (side) => (/** @type {Word} */ word, /** @type {number} */ n) => {
    const bar = side === "a" ? near : far - BAR;
    const away = side === "a" ? bar - 6 : bar + BAR + 6;
    const [x, y] = upright ? [away, word.middle] : [word.middle, side === "a" ? away - word.size / 2 : away + word.size / 2];
    const long = Math.max(1.5, word.weight * scale);
    const anchor = upright ? (side === "a" ? "end" : "start") : "middle";
    const [hitX, hitY] = upright
      ? [side === "a" ? x - word.width : x, word.middle - word.need / 2]
      : [word.middle - word.need / 2, y - word.size * 0.7];
    return svg("g", { class: "word", "data-side": side, "data-n": n, tabindex: "-1", role: "img", "aria-label": wordText(result, { side, n }) },
      svg("rect", { class: "hit", x: hitX, y: hitY, width: upright ? word.width : word.need, height: upright ? word.need : word.size * 1.4, rx: 4 }),
      svg("rect", upright
        ? { class: "weight", x: bar, y: word.start, width: BAR, height: long, rx: 2 }
        : { class: "weight", x: word.start, y: bar, width: long, height: BAR, rx: 2 }),
      svg("text", { x, y, "font-size": word.size.toFixed(1), "text-anchor": anchor, "dominant-baseline": "central", lang: "zh" }, word.text));
  };
  const size = upright ? [across, length] : [length, across];
  return svg("svg", {
    width: Math.ceil(size[0]), height: Math.ceil(size[1]), viewBox: `0 0 ${size.map(Math.ceil).join(" ")}`,
    role: "group", "aria-label": say("搬运图：从句子一的词到句子二的词", "Ribbons from the words of sentence A to those of sentence B"),
  }, plan.a.map(label("a")), routesOf(result, plan).map(ribbon), plan.b.map(label("b")));
};

/**
 * What a drawn word or ribbon stands for.
 *
 * @param {DOMStringMap} marks
 * @returns {Chosen}
 */
export const chosenBy = ({ side, n, i, j }) =>
  (side ? { side: side === "a" ? "a" : "b", n: Number(n) } : { i: Number(i), j: Number(j) });

// Hovering shows a word or ribbon for a moment; focus, by keyboard or touch, keeps it.
/**
 * @param {HTMLElement} box
 * @param {Result} result
 * @param {(chosen: Chosen | null) => void} show
 */
export const choosable = (box, result, show) => {
  const items = /** @type {Item[]} */ ([.../** @type {Iterable<Element>} */ (box.querySelectorAll(".word, .route"))]);
  /** @param {Item} item */
  const meaning = (item) => chosenBy(item.dataset);
  /**
   * @param {Item} item
   * @param {string} name
   */
  const numbered = (item, name) => Number(item.dataset[name] ?? 0);
  /** @type {Chosen | null} */
  let kept = null;
  /** @param {Chosen} wanted */
  const find = (wanted) => items.find((item) => Object.entries(wanted).every(([k, v]) => item.dataset[k] === String(v)));
  /**
   * @param {"a" | "b"} side
   * @param {number} n
   */
  const heaviest = (side, n) => {
    const masses = side === "a" ? result.plan[n] : result.plan.map((row) => row[n]);
    const other = masses.indexOf(Math.max(...masses));
    return side === "a" ? { i: n, j: other } : { i: other, j: n };
  };
  // Left and right along the row, up and down from word to ribbon to word.
  /**
   * @param {Item} item
   * @param {string} key
   */
  const neighbour = (item, key) => {
    const at = meaning(item);
    const [back, on, up, down] = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].map((name) => name === key);
    if (back || on) {
      const row = items.filter((other) => other.dataset.side === item.dataset.side)
        .sort((x, y) => numbered(x, "n") - numbered(y, "n") || numbered(x, "i") - numbered(y, "i") || numbered(x, "j") - numbered(y, "j"));
      return row[row.indexOf(item) + (on ? 1 : -1)];
    }
    if (at.side) return (at.side === "a" ? down : up) ? find(heaviest(at.side, at.n)) : null;
    return up ? find({ side: "a", n: at.i }) : down ? find({ side: "b", n: at.j }) : null;
  };
  items.forEach((item) => {
    item.addEventListener("pointerenter", () => show(meaning(item)));
    item.addEventListener("pointerleave", () => show(kept));
    item.addEventListener("click", () => item.focus());
    item.addEventListener("focus", () => {
      items.forEach((other) => other.setAttribute("tabindex", other === item ? "0" : "-1"));
      kept = meaning(item);
      show(kept);
    });
    item.addEventListener("blur", () => { kept = null; show(null); });
    item.addEventListener("keydown", (event) => {
      if (!event.key.startsWith("Arrow")) return;
      event.preventDefault();
      neighbour(item, event.key)?.focus();
    });
  });
  items[0]?.setAttribute("tabindex", "0");
};
