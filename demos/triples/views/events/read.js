// What the server sends of events, as the page works with it.

import { zh } from "modou/views/language.js";

/** @import { triples } from "modou/views/types.js" */

/** @typedef {{text: string, milliseconds: number, events: triples.Event[]}} Found */
/** @typedef {{light: (events: Set<number> | null) => void}} Acts */
/**
 * Names in the page's language; a type's short one leaves out what it is a type of.
 *
 * @typedef {{type: (name: string) => string, short: (name: string) => string, role: (type: string, role: string) => string}} Names
 */

export const TIME = "时间";
const TRIGGER = "触发词";
const HUES = 8;

/** @param {number} event its number */
export const hueOf = (event) => `--hue: var(--hue${event % HUES})`;

/**
 * @param {triples.EventType[] | undefined} types
 * @returns {Names}
 */
export const makeNames = (types) => {
  const known = new Map((types || []).map((type) => [type.name, type]));
  return {
    type: (name) => (zh ? name : known.get(name)?.english ?? name),
    short: (name) => (zh ? name.replace(/^.*-/, "") : known.get(name)?.english ?? name),
    role: (type, role) => (zh ? role : { ...known.get(type)?.roles, [TRIGGER]: "trigger" }[role] ?? role),
  };
};

/**
 * The arguments in a role, as one text.
 *
 * @param {triples.Event} event
 * @param {string} role
 */
export const inRole = (event, role) => event.arguments.filter((a) => a.role === role).map((a) => a.text).join("、");

/** @param {triples.Event} event */
export const rolesOf = (event) => [...new Set(event.arguments.map((a) => a.role))];

/**
 * The events that have a date, in its order; one without a year is taken to be of the year that was named before it.
 *
 * @param {triples.Event[]} events
 * @returns {{number: number, event: triples.Event}[]}
 */
export const byDate = (events) => {
  let year = "0000";
  const dated = events.flatMap((event, number) => {
    if (!event.date) return [];
    if (!event.date.startsWith("--")) year = event.date.slice(0, 4);
    return [{ number, event, key: event.date.startsWith("--") ? `${year}${event.date.slice(1)}` : event.date }];
  });
  return dated.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
};
