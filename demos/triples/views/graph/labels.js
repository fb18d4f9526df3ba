// Which labels of a drawing can be shown without covering one another: the most important first.

/** @typedef {{left: number, right: number, top: number, bottom: number}} Box */
/** @typedef {Box & {dx: number, dy: number}} Place where a label may stand, and how far from its owner that is */
/**
 * @template Owner
 * @typedef {{owner: Owner, rank: number, places: Place[], wanted?: boolean, firm?: boolean}} Label
 */

/**
 * @param {Box} a
 * @param {Box} b
 */
const overlaps = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

// `labels` are {owner, rank, places: [box, ...], wanted?, firm?}, a box being {left, right, top, bottom}; `dots` are boxes
// {..., owner} that are there anyway. Gives each label that has room the first of its places that is free. What is
// `wanted` (it was pointed at) comes first and is shown in any case; what is `firm` may lie on dots where it must.
/**
 * @template Owner
 * @param {Label<Owner>[]} labels
 * @param {(Box & {owner: Owner})[]} dots
 */
export const roomFor = (labels, dots) => {
  const order = [...labels].sort((a, b) => Number(Boolean(b.wanted)) - Number(Boolean(a.wanted)) || b.rank - a.rank);
  /** @type {Box[]} */
  const taken = [];
  /** @type {Map<Label<Owner>, Place>} */
  const chosen = new Map();
  for (const label of order) {
    const offLabels = label.places.filter((place) => !taken.some((box) => overlaps(place, box)));
    const place = offLabels.find((p) => !dots.some((dot) => dot.owner !== label.owner && overlaps(p, dot)))
      || (label.firm && offLabels[0]) || (label.wanted && label.places[0]);
    if (!place) continue;
    taken.push(place);
    chosen.set(label, place);
  }
  return chosen;
};
