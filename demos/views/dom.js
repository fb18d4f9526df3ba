/** @typedef {Node | string | number | null | undefined} Child */

/**
 * h("tag", {attributes}, ...children): an element; text children are text, never HTML.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} attributes
 * @param {...(Child | Child[])} children
 */
export const h = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "class") node.className = value;
    else if (key === "style") node.style.cssText = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...present(children));
  return node;
};

/** @param {(Child | Child[])[]} children */
export const present = (children) => children.flat().flatMap((child) =>
  (child === null || child === undefined ? [] : [typeof child === "number" ? String(child) : child]));
