/** @typedef {Node | string | number | null | undefined} Child */

/**
 * Attributes by name, and listeners as "on" and the event's name.
 *
 * @template {Element} Own
 * @typedef {Record<string, unknown> & {
 *   [Name in keyof HTMLElementEventMap as `on${Name}`]?:
 *     (event: HTMLElementEventMap[Name] & { readonly currentTarget: Own, readonly target: HTMLElement }) => unknown
 * }} Attributes
 */

/**
 * h("tag", {attributes}, ...children): an element; text children are text, never HTML.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes<HTMLElementTagNameMap[Tag]>} attributes
 * @param {...(Child | Child[])} children
 */
export const h = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") node.addEventListener(key.slice(2), /** @type {EventListener} */ (value));
    else if (key === "class") node.className = String(value);
    else if (key === "style") node.style.cssText = String(value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...present(children));
  return node;
};

/** @param {(Child | Child[])[]} children */
export const present = (children) => children.flat().flatMap((child) =>
  (child === null || child === undefined ? [] : [typeof child === "number" ? String(child) : child]));

/**
 * What an event is about, to be asked where it stands on the page.
 *
 * @param {Event} event
 */
export const targetOf = (event) => (event.target instanceof Element ? event.target : document.documentElement);

/** What has the keyboard's focus. */
export const focused = () => {
  const node = document.activeElement;
  return node instanceof HTMLElement || node instanceof SVGElement ? node : null;
};

/**
 * What a table has under a key that may be any.
 *
 * @template Found
 * @param {Record<string, Found>} table
 * @param {string} key
 * @returns {Found | undefined}
 */
export const lookup = (table, key) => (Object.hasOwn(table, key) ? table[key] : undefined);
