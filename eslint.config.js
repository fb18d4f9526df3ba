// Our modules follow the language's own recommendations; types are checked by tsc.
const browser = Object.fromEntries(
  [
    "AbortController", "AudioContext", "Blob", "CSS", "CustomEvent", "DOMPoint", "Event", "FileReader", "HTMLElement",
    "HTMLTextAreaElement", "Image", "IntersectionObserver", "NodeFilter", "ResizeObserver", "URL", "URLSearchParams",
    "XMLSerializer", "addEventListener", "clearInterval", "clearTimeout", "console", "document", "getComputedStyle",
    "getSelection", "history", "innerWidth", "localStorage", "location", "matchMedia", "navigator", "performance",
    "requestAnimationFrame", "sessionStorage", "setInterval", "setTimeout", "window",
  ].map((name) => [name, "readonly"]));

export default [
  { ignores: ["demos/views/vendor/"] },
  {
    files: ["demos/**/*.js"],
    languageOptions: { globals: browser, sourceType: "module", ecmaVersion: "latest" },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: { "no-undef": "error", "no-unused-vars": "error", "prefer-const": "error" },
  },
];
