// The visitor's language, which the page knows before any module runs (demos/shell/i18n.py).
export const zh = window.modouLang !== "en";

/**
 * @template Told
 * @param {Told} chinese
 * @param {Told} english
 */
export const say = (chinese, english) => (zh ? chinese : english);
