// Mouse, touch and keyboard on the graph. A finger that moves up or down scrolls the page; two fingers zoom.
import { lookup, targetOf } from "modou/views/dom.js";
import { DIRECTIONS, neighbourToward, selectionOf } from "modou/triples/views/graph/build.js";
import { drag, select, zoom, zoomIdentity } from "modou/views/vendor/d3.js";

/** @import { GraphActs, GraphEdge, GraphNode, Room, View } from "modou/triples/views/graph/build.js" */

const CLICK = 4;
const SCROLLING = 350;

/**
 * @typedef {object} Steered
 * @property {SVGSVGElement} drawing
 * @property {SVGGElement} nodeLayer
 * @property {{warm: (least: number) => void}} layout
 * @property {GraphActs} on
 * @property {() => {nodes: GraphNode[], edges: GraphEdge[]}} graph
 * @property {() => View} view
 * @property {() => Room} room
 * @property {(view: View) => void} moved somebody has moved the view
 * @property {() => void} fit
 * @property {() => void} wake
 * @property {(node: GraphNode) => void} roving
 * @property {[number, number]} scales
 */

/** @typedef {{node: GraphNode, x: number, y: number, from: {x: number, y: number}, moved: boolean}} Held */

/** @param {Event} event */
const partAt = (event) => {
  const g = targetOf(event).closest(".node, .edge");
  return g && (g.graphNode ? { node: g.graphNode } : g.graphEdge ? { edge: g.graphEdge } : null);
};

/**
 * What zooms and moves the view: the wheel, two fingers, and a press that is no node's.
 *
 * @param {SVGSVGElement} drawing
 * @param {[number, number]} scales
 */
const makeZoom = (drawing, scales) => {
  let scrolledAt = 0;
  // The wheel zooms, but a page that is being scrolled past the graph goes on scrolling.
  addEventListener("wheel", (event) => {
    if (!drawing.contains(targetOf(event))) scrolledAt = event.timeStamp;
  }, { passive: true, capture: true });
  /** @param {WheelEvent} event */
  const isForUs = (event) => {
    if (!event.ctrlKey && event.timeStamp - scrolledAt < SCROLLING) {
      scrolledAt = event.timeStamp;
      return false;
    }
    // As near or as far as it goes the page is not to scroll instead.
    event.preventDefault();
    return true;
  };
  return /** @type {import("d3-zoom").ZoomBehavior<SVGSVGElement, unknown>} */ (zoom())
    .scaleExtent(scales)
    .clickDistance(CLICK)
    .filter((event) => (event instanceof WheelEvent ? isForUs(event) : !event.button && !event.ctrlKey))
    .wheelDelta((event) => {
      const turned = Math.max(-120, Math.min(120, event.deltaY));
      return (-turned * (event.ctrlKey ? 4 : 1) * (event.deltaMode ? 0.05 : 0.0016)) / Math.LN2;
    });
};

/**
 * What takes a node along while it is held.
 *
 * @param {Steered} steered
 */
const makeDrag = ({ drawing, layout, view, moved, wake }) =>
  /** @type {import("d3-drag").DragBehavior<Element, unknown, Held>} */ (drag())
    .container(drawing)
    .clickDistance(CLICK)
    .filter((event) => !event.button && !event.ctrlKey && Boolean(partAt(event)?.node))
    .subject((event) => {
      const node = /** @type {GraphNode} */ (partAt(event.sourceEvent)?.node);
      return { node, x: node.at.x, y: node.at.y, from: node.at, moved: false };
    })
    .on("start", ({ subject: { node } }) => Object.assign(node, { fx: node.x, fy: node.y }))
    .on("drag", ({ subject, x, y }) => {
      const { node, from } = subject;
      subject.moved ||= Math.hypot(x - from.x, y - from.y) > CLICK;
      if (!subject.moved) return;
      // The view holds still, or the node would slip from under the pointer.
      moved(view());
      Object.assign(node, { fx: (x - view().x) / view().k, fy: (y - view().y) / view().k });
      Object.assign(node, { x: node.fx, y: node.fy });
      layout.warm(0.12);
      wake();
    })
    .on("end", ({ subject: { node } }) => Object.assign(node, { fx: null, fy: null }));

/**
 * Gives what tells the wheel where the view is, and what zooms about a point.
 *
 * @param {Steered} steered
 */
export const steerGraph = (steered) => {
  const { drawing, nodeLayer, on, graph, room, moved, fit, roving } = steered;
  const zooming = makeZoom(drawing, steered.scales);
  const dragging = makeDrag(steered);
  let held = 0;
  let putting = false;
  zooming.on("zoom", ({ transform: { k, x, y } }) => { if (!putting) moved({ k, x, y }); });
  select(drawing).call(zooming).on("dblclick.zoom", null);
  select(/** @type {Element} */ (nodeLayer)).call(dragging);
  // While something is held the pointer lights nothing else.
  /** @param {number} by */
  const count = (by) => (/** @type {{sourceEvent?: Event}} */ { sourceEvent }) => { if (sourceEvent?.type !== "wheel") held += by; };
  zooming.on("start", count(1)).on("end", count(-1));
  dragging.on("start.held", count(1)).on("end.held", count(-1));

  /** @param {View} view */
  const put = ({ k, x, y }) => {
    putting = true;
    zooming.transform(select(drawing), zoomIdentity.translate(x, y).scale(k));
    putting = false;
  };
  /**
   * @param {number} factor
   * @param {number} [x]
   * @param {number} [y]
   */
  const zoomBy = (factor, x = room().width / 2, y = room().height / 2) => zooming.scaleBy(select(drawing), factor, [x, y]);

  drawing.addEventListener("pointerover", (event) => {
    if (held) return;
    const part = partAt(event);
    on.light(part ? selectionOf(part) : null);
  });
  drawing.addEventListener("pointerleave", () => { if (!held) on.light(null); });
  drawing.addEventListener("click", (event) => on.pin(partAt(event)));

  drawing.addEventListener("focusin", (event) => {
    const part = partAt(event);
    if (!part?.node || !targetOf(event).matches(":focus-visible")) return;
    roving(part.node);
    on.light(selectionOf(part));
  });
  drawing.addEventListener("focusout", () => on.light(null));
  drawing.addEventListener("keydown", (event) => {
    const node = targetOf(event).graphNode;
    const act = lookup({
      "+": () => zoomBy(1.25), "=": () => zoomBy(1.25), "-": () => zoomBy(0.8), 0: fit,
      Escape: () => on.pin(null), Enter: () => on.pin({ node }), " ": () => on.pin({ node }),
    }, event.key);
    if (act) {
      act();
    } else if (node && event.key in DIRECTIONS) {
      const next = neighbourToward(node, graph().edges, event.key);
      if (next) {
        roving(next);
        next.element.focus({ preventScroll: true });
      }
    } else {
      return;
    }
    event.preventDefault();
  });
  return { put, zoomBy };
};
