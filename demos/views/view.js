// How a view of ours lives in Gradio's HTML component (demos/views/view.py): it gets its data by one function and gives
// its events by another.
import { h } from "modou/views/dom.js";
import { announce, linesOf } from "modou/views/live.js";
import { say } from "modou/views/language.js";

/**
 * What a view is made with.
 *
 * @typedef {object} Context
 * @property {HTMLElement} root the element that the view fills
 * @property {HTMLElement} element the component's own, which stays connected as long as the view is on the page
 * @property {Record<string, any>} props settings that never change
 * @property {Record<string, (request: any) => Promise<any>>} server functions of the server by name
 * @property {(name: string, data: any) => void} emit tells Gradio of an event, one of `View.emits`
 */

/** @typedef {(context: Context) => (value: any) => unknown} Create gives the function that draws a value */

/**
 * Draws the component's value, now and whenever it changes. Values may come while the module is on its way; the latest
 * is drawn once it is there.
 *
 * @param {object} component what Gradio's HTML component gives its script
 * @param {string} component.module
 * @param {HTMLElement} component.element
 * @param {Record<string, any>} component.props
 * @param {Record<string, (request: any) => Promise<any>>} component.server
 * @param {(name: string, data: any) => void} component.trigger
 * @param {(name: string, act: () => void) => void} component.watch
 */
export const mount = async ({ module, element, props, server, trigger, watch }) => {
  const root = element.firstElementChild;
  if (!(root instanceof HTMLElement)) return;
  /** @type {{create: Create}} */
  let found;
  try {
    found = await import(module);
  } catch (error) {
    // A server that was replaced has other addresses; the page has to be read anew to know them.
    root.replaceChildren(h("p", { role: "alert" }, say("这部分没有载入，请刷新页面。", "This part could not be loaded; please reload the page.")));
    throw error;
  }
  const draw = found.create({ root, element, props, server, emit: trigger });
  draw(props.value);
  let said = linesOf(root);
  watch("value", () => {
    draw(props.value);
    const now = linesOf(root);
    if (now && now !== said) announce(root, now);
    said = now;
  });
};
