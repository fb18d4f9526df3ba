// Events as cards, as points on a line of time, and as rows of a table.

import { TIME, byDate, hueOf, inRole, rolesOf } from "modou/triples/views/events/read.js";
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { percent } from "modou/views/numbers.js";

/** @import { Acts, Names } from "modou/triples/views/events/read.js" */
/** @import { triples } from "modou/views/types.js" */

// What lights an event while it is pointed at or has the focus.
/**
 * @param {number} number
 * @param {Acts} on
 */
const lighting = (number, on) => {
  const light = () => on.light(new Set([number]));
  const off = () => on.light(null);
  return { tabindex: "0", onmouseenter: light, onmouseleave: off, onfocus: light, onblur: off };
};

/**
 * @param {triples.Event} event
 * @param {number} number
 * @param {Names} names
 * @param {Acts} on
 */
export const eventCard = (event, number, names, on) => {
  const card = h("article", { class: "card", style: hueOf(number), ...lighting(number, on) },
    h("header", {},
      h("b", {}, names.type(event.type)),
      event.trigger ? h("span", { class: "word", lang: "zh", title: say("触发词", "trigger") }, event.trigger) : null,
      h("small", { title: say("概率", "probability") }, percent(event.score))),
    event.arguments.length
      ? h("dl", {}, rolesOf(event).flatMap((role) => [
        h("dt", {}, names.role(event.type, role)),
        h("dd", { lang: "zh" }, inRole(event, role))]))
      : h("p", { class: "none" }, say("文中没有说谁、何时、何地", "the text does not say who, when or where")));
  card.number = number;
  return card;
};

/**
 * Nothing where no event has a date.
 *
 * @param {triples.Event[]} events
 * @param {Names} names
 * @param {Acts} on
 */
export const timeLine = (events, names, on) => {
  const dated = byDate(events);
  if (!dated.length) return null;
  return h("ol", { class: "line", tabindex: "0", "aria-label": say("时间线", "Time line") }, dated.map(({ number, event }) => {
    const who = event.arguments.find((a) => a.role !== TIME);
    const item = h("li", { style: hueOf(number), ...lighting(number, on) },
      // Without a year the text's own words say more.
      event.date.startsWith("--") ? h("time", { lang: "zh" }, inRole(event, TIME)) : h("time", { datetime: event.date }, event.date),
      h("b", {}, names.short(event.type)),
      who ? h("span", { lang: "zh" }, who.text) : null);
    item.number = number;
    return item;
  }));
};

/**
 * @param {[number, triples.Event][]} events with their numbers
 * @param {Names} names
 * @param {Acts} on
 */
export const eventTable = (events, names, on) => {
  const head = [say("类型", "Type"), say("触发词", "Trigger"), say("时间", "Time"), say("论元", "Arguments"), say("概率", "Probability")];
  return h("table", {},
    h("thead", {}, h("tr", {}, head.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, events.map(([number, event]) => {
      const cells = [
        [h("i", { class: "dot" }), names.type(event.type)],
        [h("span", { lang: "zh" }, event.trigger || "–")],
        [h("span", { lang: "zh" }, inRole(event, TIME) || "–")],
        rolesOf(event).filter((role) => role !== TIME).map((role) => h("span", { class: "pair" },
          h("small", {}, names.role(event.type, role)), h("span", { lang: "zh" }, inRole(event, role)))),
        [percent(event.score)]];
      const row = h("tr", { style: hueOf(number), ...lighting(number, on) },
        cells.map((cell) => h("td", {}, cell)));
      row.number = number;
      return row;
    })));
};
