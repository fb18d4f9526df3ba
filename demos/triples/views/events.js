// The events of a text: marked in it, a card each, on a line of time, as a table; what is chosen in one lights up in all.

import { eventCard, eventTable, timeLine } from "modou/triples/views/events/cards.js";
import { inRole, makeNames, rolesOf } from "modou/triples/views/events/read.js";
import { eventText, lightEventText } from "modou/triples/views/events/text.js";
import { csvOf } from "modou/views/csv.js";
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { duration } from "modou/views/numbers.js";
import { makeSheet, toolbar } from "modou/views/result.js";

/** @import { Found, Names } from "modou/triples/views/events/read.js" */
/** @import { triples } from "modou/views/types.js" */

const PURPOSE = say(
  "输入文字，这里会列出文中的事件：什么事、谁、何时、何地。点一个示例试试。",
  "Enter text: what happened in it, to whom, when and where will be listed here. Try an example.");

// A row for each event, a column for each role that one of them has.
/** @param {triples.Event[]} events */
const eventsCsv = (events) => {
  const roles = [...new Set(events.flatMap(rolesOf))];
  return csvOf(["type", "trigger", "date", "score", ...roles],
    events.map((e) => [e.type, e.trigger, e.date, e.score, ...roles.map((role) => inRole(e, role))]));
};

/**
 * @param {triples.EventType[]} types
 * @param {Names} names
 */
const knownTypes = (types, names) => h("details", { class: "known" },
  h("summary", {}, say(`模型认识的 ${types.length} 种事件`, `The ${types.length} types of events that the model knows`)),
  h("p", {}, types.map((type) => h("span", { class: "kind" }, names.type(type.name)))));

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, props }) => {
  const sheet = makeSheet(root);
  const names = makeNames(props.types);
  /** @type {Set<string>} the types that are shown; all where there is none */
  let wanted = new Set();

  /** @param {Set<number> | null} lit */
  const light = (lit) => {
    const text = root.querySelector(".text");
    if (text) lightEventText(text, lit);
    for (const node of root.querySelectorAll(".card, .line li, tbody tr")) {
      if (node instanceof HTMLElement) node.classList.toggle("lit", Boolean(lit?.has(node.number ?? -1)));
    }
  };
  const on = { light };

  /** @param {Found} found */
  const typeFilter = (found) => {
    const present = [...new Set(found.events.map((e) => e.type))];
    if (present.length < 2) return null;
    return h("div", { class: "types", role: "group", "aria-label": say("只看这些类型", "Only these types") }, present.map((type) => {
      const label = `${names.type(type)} · ${found.events.filter((e) => e.type === type).length}`;
      return h("button", {
        type: "button", "aria-pressed": String(wanted.has(type)), onclick: () => {
          if (!wanted.delete(type)) wanted.add(type);
          render(found);
          [...root.querySelectorAll("button")].find((button) => button.textContent === label)?.focus({ preventScroll: true });
        },
      }, label);
    }));
  };

  /** @param {Found} found */
  const render = (found) => {
    const shown = found.events.flatMap((event, number) => (!wanted.size || wanted.has(event.type) ? [/** @type {[number, triples.Event]} */ ([number, event])] : []));
    const listed = shown.map(([, event]) => event);
    const files = {
      get json() { return `${JSON.stringify({ events: listed }, null, 2)}\n`; },
      get csv() { return eventsCsv(listed); },
    };
    const bar = h("div", { class: "bar" },
      h("p", { class: "summary", role: "status" }, h("strong", {}, shown.length),
        say(` 个事件 · 用时 ${duration(found.milliseconds)}`, ` ${shown.length === 1 ? "event" : "events"} · ${duration(found.milliseconds)}`)),
      shown.length ? toolbar(files, "events") : "");
    // Numbers are those of all events, so that colours stay when some are left out.
    const dated = timeLine(found.events.map((event) => (!wanted.size || wanted.has(event.type) ? event : { ...event, date: "" })), names, on);
    const cards = shown.length
      ? h("div", { class: "cards" }, shown.map(([number, event]) => eventCard(event, number, names, on)))
      : h("p", { class: "hint" }, say("没有找到事件。下面列出了模型认识的事件。", "No event was found. Those that the model knows are listed below."));
    root.replaceChildren(...[
      bar, typeFilter(found), dated,
      h("div", { class: "both" }, eventText([...found.text], shown, names, on), cards),
      shown.length > 1 ? eventTable(shown, names, on) : null,
      knownTypes(props.types || [], names)].filter((part) => part !== null));
  };

  /** @param {any} value */
  const draw = (value) => {
    if (sheet.nothingToDraw(value, value?.json !== undefined, PURPOSE)) return;
    sheet.last = value;
    sheet.reveal();
    wanted = new Set();
    render(JSON.parse(value.json));
  };

  return draw;
};
