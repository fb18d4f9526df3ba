// h("tag", {attributes}, ...children): an element; text children are text, never HTML.
const h = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "class") node.className = value;
    else if (key === "style") node.style.cssText = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((c) => c !== null && c !== undefined));
  return node;
};
const zh = window.modouLang !== "en";
const say = (chinese, english) => (zh ? chinese : english);
const save = (name, type, text) => {
  const link = h("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};
const copy = async (text, button) => {
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
const percent = (p) => `${(100 * p).toFixed(p > 0.995 || p < 0.1 ? 1 : 0)}%`;
