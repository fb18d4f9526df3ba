// A line under a field: what was read from it, or why it cannot be used.
const draw = (value) => {
  const { error, ...told } = value || {};
  const { zh: chinese, en: english } = error || told;
  root().replaceChildren(...(chinese ? [h("p", { class: error ? "error" : "", role: error ? "alert" : "status" }, say(chinese, english))] : []));
};
