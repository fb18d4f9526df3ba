// The pairs as files, as they stand on the page.

// A spreadsheet takes a cell that begins with one of these for a formula.
const FORMULA = /^[=+\-@\t\r]/;
const harmless = (text) => (FORMULA.test(text) ? `'${text}` : text);
const quoted = (text) => `"${text.replaceAll('"', '""')}"`;

const asJson = (passage, pairs) => `${JSON.stringify({ passage, pairs }, null, 2)}\n`;

const COLUMNS = ["question", "answer", "answer_start", "answer_end", "score", "reader_answer", "reader_score", "passed"];
const asCsv = (pairs) => {
  const cell = (value) => {
    const text = typeof value === "string" ? harmless(value) : String(value ?? "");
    return /[",\r\n]/.test(text) ? quoted(text) : text;
  };
  const rows = pairs.map((pair) => {
    const [start, end] = pair.answer_span || [];
    return COLUMNS.map((name) => cell({ ...pair, answer_start: start, answer_end: end }[name]));
  });
  // The byte order mark tells Excel that this is UTF-8.
  return `\ufeff${[COLUMNS, ...rows].map((row) => row.join(",")).join("\r\n")}\r\n`;
};

// Anki reads a line a card: front, back. A line that begins with # would be a setting.
const asAnki = (pairs) => {
  const field = (value) => {
    const text = harmless(value.replace(/\s+/g, " ").trim());
    return /^#|"/.test(text) ? quoted(text) : text;
  };
  const lines = pairs.map((pair) => `${field(pair.question)}\t${field(pair.answer)}`);
  return `#separator:tab\n#html:false\n${lines.join("\n")}\n`;
};
