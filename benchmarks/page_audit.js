// What can be found out about a page without knowing it: () => {contrast, nameless, unlit}. Run in the page.
() => {
  const colour = (text) => {
    const found = text.match(/^rgba?\(([^)]+)\)$/);
    if (found) {
      const [r, g, b, a = 1] = found[1].split(/[,/ ]+/).filter(Boolean).map(Number);
      return { r, g, b, a };
    }
    const srgb = text.match(/^color\(srgb ([^)]+)\)$/);
    if (!srgb) return null;
    const [r, g, b, a = 1] = srgb[1].split(/[/ ]+/).filter(Boolean).map(Number);
    return { r: 255 * r, g: 255 * g, b: 255 * b, a };
  };
  const over = (top, below) => {
    const mix = (one, other) => one * top.a + other * (1 - top.a);
    return { r: mix(top.r, below.r), g: mix(top.g, below.g), b: mix(top.b, below.b), a: 1 };
  };
  const light = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ratio = (a, b) => {
    const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const shown = (node) => {
    const box = node.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  };
  // The colours behind an element, the nearest first, down to one that hides what is below; null under a picture.
  const behind = (element) => {
    const layers = [];
    for (let node = element; node; node = node.parentElement) {
      const style = getComputedStyle(node);
      if (style.backgroundImage !== "none") return null;
      const found = colour(style.backgroundColor);
      if (!found) return null;
      if (found.a > 0) layers.push(found);
      if (found.a === 1) break;
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), { r: 255, g: 255, b: 255, a: 1 });
  };
  const faint = (element) => {
    let opacity = 1;
    for (let node = element; node; node = node.parentElement) opacity *= Number(getComputedStyle(node).opacity);
    return opacity;
  };
  const where = (element) => `${element.closest("[id]")?.id || ""} ${element.tagName.toLowerCase()}.${element.getAttribute("class") || ""}`;

  const contrast = [];
  let texts = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    // Drawings have colours of their own; what cannot be used need not be read.
    if (!text || !element || element.closest("svg, script, style, noscript, :disabled, [aria-hidden=true]") || !shown(element)) continue;
    const ground = behind(element);
    const style = getComputedStyle(element);
    const ink = colour(style.color);
    if (!ground || !ink) continue;
    texts += 1;
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const found = ratio(over({ ...ink, a: ink.a * faint(element) }, ground), ground);
    if (found < (large ? 3 : 4.5)) contrast.push(`${found.toFixed(2)} "${text.slice(0, 24)}" ${where(element)}`);
  }

  const words = (element) => {
    const by = (element.getAttribute("aria-labelledby") || "").split(/\s+/).map((id) => document.getElementById(id)?.textContent || "").join("");
    const labels = [...(element.labels || [])].map((label) => label.textContent).join("");
    return (element.getAttribute("aria-label") || by || labels || element.title || element.placeholder || element.textContent || "").trim();
  };
  const controls = [...document.querySelectorAll("button, input:not([type=hidden]), select, textarea, a[href], summary, [role=button], [role=tab], [tabindex='0']")]
    .filter((element) => shown(element) && !element.closest("[aria-hidden=true]"));
  const nameless = controls.filter((element) => !words(element)).map(where);
  return { contrast: [...new Set(contrast)], nameless: [...new Set(nameless)], texts, controls: controls.length };
}
