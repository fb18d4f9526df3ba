// What the page knows beside its modules.
export {};

declare global {
  interface Window {
    /** The visitor's language (demos/shell/i18n.py). */
    modouLang?: "zh" | "en";
    /** What Gradio knows of the app. */
    gradio_config?: { root?: string; app_id?: string };
    /** The passage whose pairs are shown, for the view of the inside. */
    modouQA?: {
      id: string; passage: string; top_p: number; beams: number; running: boolean;
      pairs: { question: string; span: [number, number] }[];
    } | null;
    /** The position on the board, for the view of the inside. */
    modouXiangqi?: { start: string | null; moves: string[]; model: string | null };
  }
  // What is looked up on the page are our own elements.
  interface ParentNode {
    querySelector<Tag extends keyof HTMLElementTagNameMap>(selectors: Tag): HTMLElementTagNameMap[Tag] | null;
    querySelectorAll<Tag extends keyof HTMLElementTagNameMap>(selectors: Tag): NodeListOf<HTMLElementTagNameMap[Tag]>;
    querySelector(selectors: string): HTMLElement | null;
    querySelectorAll(selectors: string): NodeListOf<HTMLElement>;
  }
  interface Element {
    closest(selectors: string): HTMLElement | null;
    // What a drawing keeps with its elements: the number of what they stand for, the triples or events of a mark.
    number?: number;
    triples?: Set<number>;
    events?: Set<number>;
    entities?: string[];
    graphNode?: import("modou/triples/views/graph/build.js").GraphNode;
    graphEdge?: import("modou/triples/views/graph/build.js").GraphEdge;
  }
}
