// What leaves the page: files and the clipboard.
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

// The day where the visitor is: files of one task are told apart by it.
const today = () => {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
};

/**
 * Hands the visitor a file, "task-day.extension".
 *
 * @param {string} task what it comes from
 * @param {string} extension
 * @param {string} type
 * @param {BlobPart} content
 */
export const save = (task, extension, type, content) => {
  const link = h("a", { href: URL.createObjectURL(new Blob([content], { type })), download: `${task}-${today()}.${extension}` });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};

/**
 * @param {string} text
 * @param {EventTarget | null} button whose label tells what came of it
 */
export const copy = async (text, button) => {
  if (!(button instanceof HTMLElement)) return;
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // No clipboard permission (an iframe, plain http): the old way still works there.
    const area = h("textarea", { style: "position:fixed;opacity:0" });
    area.value = text;
    document.body.append(area);
    area.select();
    done = document.execCommand("copy");
    area.remove();
  }
  const label = button.textContent;
  button.textContent = done ? say("已复制", "Copied") : say("无法复制", "Could not copy");
  setTimeout(() => { button.textContent = label; }, 1200);
};
