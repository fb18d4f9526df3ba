// Which labels of a drawing can be shown without covering one another: the most important first.

const overlaps = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

// `labels` are {left, right, top, bottom, rank, wanted?}; `taken` are boxes that are there anyway. Gives the set of
// labels that have room. What is `wanted` (it was pointed at) comes first and is shown in any case.
const roomFor = (labels, taken) => {
  const order = [...labels].sort((a, b) => Number(Boolean(b.wanted)) - Number(Boolean(a.wanted)) || b.rank - a.rank);
  const boxes = [...taken];
  const shown = new Set();
  for (const label of order) {
    if (!label.wanted && boxes.some((box) => box.owner !== label.owner && overlaps(label, box))) continue;
    boxes.push(label);
    shown.add(label);
  }
  return shown;
};
