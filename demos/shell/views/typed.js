// What was typed survives a page that has to be read anew.

/** The texts of all boxes, with the ids of their components. */
export const typedInto = () => [...document.querySelectorAll("[id] textarea")].flatMap((area) => {
  const box = area.closest("[id]");
  return box && area instanceof HTMLTextAreaElement ? [[box.id, area.value]] : [];
});

/**
 * Writes into a box as a visitor would, so that Gradio takes it in.
 *
 * @param {HTMLTextAreaElement} area
 * @param {string} text
 */
export const typeInto = (area, text) => {
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set?.call(area, text);
  area.dispatchEvent(new Event("input", { bubbles: true }));
};
