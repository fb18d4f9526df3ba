// Says when the server cannot be reached, and when it is back. Gradio by itself reloads the page where the stream of a
// running event broke, says so in English, and forgets what was typed; it keeps silent where anything else failed.
import { say } from "modou/views/language.js";

const WAIT = 1000;
const SHOWN = 10000;
const plainFetch = window.fetch.bind(window);
const root = () => window.gradio_config?.root ?? location.origin + location.pathname.replace(/\/$/, "");
let known = null;
let checking = false;
let leaving = false;
let hiding = 0;

/**
 * @param {string} key
 * @param {string} value
 */
const store = (key, value) => { try { sessionStorage.setItem(key, value); } catch { /* storage may be off */ } };
/** @param {string} key */
const take = (key) => {
  try {
    const value = sessionStorage.getItem(key);
    sessionStorage.removeItem(key);
    return value;
  } catch {
    return null;
  }
};

const region = document.createElement("div");
region.id = "modou-connection";
region.setAttribute("role", "status");
region.setAttribute("aria-live", "polite");
/**
 * @param {string} state
 * @param {string} text
 */
const tell = (state, text) => {
  clearTimeout(hiding);
  document.documentElement.dataset.connection = state;
  region.className = state;
  region.textContent = text;
  if (state === "back") hiding = setTimeout(tell, SHOWN, "", "");
  // Gradio may still have the page read anew where a stream broke; then that page says so.
  else if (!state) take("modou-back");
};

const appId = async () => {
  try {
    const reply = await plainFetch(`${root()}/gradio_api/app_id`, { cache: "no-store" });
    return reply.ok ? (await reply.json()).app_id : null;
  } catch {
    return null;
  }
};

// What failed may have failed by itself, so the server is asked before anything is said.
const check = async () => {
  if (checking || leaving) return;
  checking = true;
  known ??= window.gradio_config?.app_id ?? null;
  let lost = false;
  let id = await appId();
  while (id === null && !leaving) {
    if (!lost) {
      lost = true;
      store("modou-back", "1");
      tell("lost", say("与服务器的连接断开了，正在重连…", "The connection to the server is lost; reconnecting…"));
    }
    await new Promise((wake) => setTimeout(wake, WAIT));
    id = await appId();
  }
  checking = false;
  if (leaving) return;
  if (known !== null && id !== known) {
    store("modou-back", "1");
    location.reload();
  } else if (lost) {
    tell("back", say("已重新连上", "Connected again"));
  }
};

window.fetch = async (...sent) => {
  try {
    const reply = await plainFetch(...sent);
    if ([502, 503, 504].includes(reply.status)) check();
    return reply;
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "AbortError")) check();
    throw error;
  }
};
window.addEventListener("offline", check);
window.addEventListener("pagehide", () => {
  leaving = true;
});
window.addEventListener("pageshow", () => { leaving = false; });

document.addEventListener("DOMContentLoaded", () => {
  document.body.append(region);
  if (!take("modou-back")) return;
  const text = say("已重新连上，页面刷新过了", "Connected again; the page was reloaded");
  // A live region is read when its text changes, not when it comes with the page.
  setTimeout(tell, 500, "back", text);
});
