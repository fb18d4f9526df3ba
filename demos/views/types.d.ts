// Written by demos/views/write_types.py from the Python classes of the same names; `make check` compares.

export namespace qa_pairs {
  interface AnswerResult {
    answer: string;
    answer_span: [number, number];
    score: number;
  }
  interface Beam {
    text: string;
    score: number;
    following: [string, number][];
  }
  interface Generate {
    passage: string;
    n: number;
    answer: string | null;
    top_p: number;
    beams: number;
    seed: number;
    mix: string;
  }
  interface GenerateByExample {
    passage: string;
    examples: Record<string, any>[];
    n: number;
    model: string | null;
  }
  interface Inside {
    begins: number[];
    options: qa_pairs.Option[];
    answer: [number, number];
    steps: qa_pairs.Beam[][];
    question: string;
    endings: [string, number][];
    substituted: [string, number][];
  }
  interface Note {
    zh: string;
    en: string;
  }
  interface Option {
    text: string;
    span: [number, number];
    probability: number;
    nucleus: boolean;
  }
  interface Pair {
    question: string;
    answer: string;
    answer_span: [number, number];
    sentence: string;
    score: number;
    reader_answer: string;
    reader_score: number;
    passed: boolean;
    quality: number | null;
  }
  interface QAPairsResult {
    pairs: qa_pairs.Pair[];
    note: qa_pairs.Note | null;
  }
  interface Reached {
    place: number;
    tried: number;
    most: number;
  }
  interface Read {
    passage: string;
    question: string;
  }
}

export namespace similarity {
  interface Compare {
    text_a: string;
    text_b: string;
    model: string | null;
    norms: boolean;
  }
  interface CompareByExample {
    text_a: string;
    text_b: string;
    examples: Record<string, any>[];
    model: string | null;
  }
  interface CostliestWord {
    side: string;
    word: number;
    share: number;
    partners: [number, number, number][];
  }
  interface Hit {
    number: number;
    text: string;
    wrd: number;
  }
  interface Judged {
    probability: number;
    examples: number[];
    wrd: number | null;
  }
  interface Search {
    query: string;
    sentences: string[];
    k: number;
    model: string | null;
  }
  interface SearchResult {
    hits: similarity.Hit[];
    sentences: number;
    left_out: number;
    centroid_skipped: number;
    relaxed_skipped: number;
    solved: number;
    seconds: number;
  }
}

export namespace text2sql {
  interface Ask {
    question: string;
    table: Record<string, any> | null;
    csv: string | null;
    table_path: string | null;
    context: string[] | null;
  }
  interface Column {
    name: string;
    type: "text" | "number" | "date";
    unit: string;
    empty: number;
    distinct: number;
    samples: any[];
    minimum: any;
    maximum: any;
  }
  interface Condition {
    term: text2sql.Term;
    operator: "=" | "!=" | ">" | "<" | ">=" | "<=" | "starts" | "ends" | "contains" | "not_contains" | "is_null" | "not_null";
    value: text2sql.Value | null;
  }
  interface Expr {
    column: number;
    arithmetic: "" | "+" | "-" | "*" | "/";
    other: number | null;
  }
  interface Left {
    row: number;
    kind: "title" | "header" | "total" | "note" | "label" | "numbers" | "other";
    zh: string;
    en: string;
    text: string;
  }
  interface Measure {
    unit: string;
    style: "" | "percent" | "plain" | "weekday";
  }
  interface Order {
    term: text2sql.Term;
    descending: boolean;
  }
  interface Refusal {
    kind: "change" | "forecast" | "opinion" | "chat" | "missing";
    zh: string;
    en: string;
  }
  interface Rows {
    columns: string[];
    rows: any[][];
    types: ("text" | "number" | "date")[];
    total: number;
    milliseconds: number;
  }
  interface Sketch {
    select: text2sql.Term[];
    distinct: boolean;
    conditions: text2sql.Condition[];
    connective: "and" | "or";
    group: number[];
    order: text2sql.Order | null;
    limit: number | null;
    ties: boolean;
    shortlist: { order: text2sql.Order; limit: number } | null;
  }
  interface Term {
    expr: text2sql.Expr;
    aggregate: "" | "AVG" | "MAX" | "MIN" | "COUNT" | "SUM" | "COUNT_DISTINCT";
  }
  interface Value {
    kind: "text" | "number" | "date" | "month" | "age" | "average" | "column";
    text: string;
    number: number | null;
    begin: string | null;
    until: string | null;
  }
}

export namespace triples {
  interface CasRelInside {
    kind: "casrel";
    tokens: string[];
    tags: [number, number][];
    subjects: triples.SubjectPass[];
  }
  interface Event {
    type: string;
    trigger: string;
    trigger_span: [number, number];
    date: string;
    score: number;
    arguments: triples.EventArgument[];
  }
  interface EventArgument {
    role: string;
    text: string;
    span: [number, number];
    score: number;
  }
  interface EventType {
    name: string;
    english: string;
    roles: Record<string, string>;
  }
  interface EventsInside {
    kind: "events";
    tokens: string[];
    threshold: number;
    link_threshold: number;
    graphs: triples.LinkedArguments[];
  }
  interface EventsResult {
    events: triples.Event[];
  }
  interface Extract {
    text: string;
    threshold: number | null;
    model: string | null;
    relations: string[] | null;
  }
  interface ExtractByExample {
    text: string;
    examples: Record<string, any>[];
    model: string | null;
  }
  interface FindEvents {
    text: string;
    threshold: number | null;
    types: string[] | null;
  }
  interface GPLinkerInside {
    kind: "gplinker";
    tokens: string[];
    entities: Record<string, [number, number, number][]>;
    heads: Record<string, [number, number, number][]>;
    tails: Record<string, [number, number, number][]>;
  }
  interface LinkedArguments {
    type: string;
    arguments: [string, number, number, number][];
    links: [number, number, number][];
    events: number[][];
  }
  interface Relation {
    name: string;
    subject_type: string;
    object_type: string;
    english: string;
  }
  interface SubjectPass {
    text: string;
    score: number;
    relations: Record<string, [number, number][]>;
  }
  interface Triple {
    subject: string;
    predicate: string;
    object: string;
    subject_span: [number, number];
    object_span: [number, number];
    score: number;
    subject_pronoun: [number, number] | null;
    object_pronoun: [number, number] | null;
  }
  interface TriplesResult {
    triples: triples.Triple[];
  }
}

export namespace xiangqi {
  interface Candidate {
    move: string;
    chinese: string;
    probability: number;
  }
  interface Inside {
    prefix: string[];
    prefix_attention: number[];
    tokens: Record<string, any>[];
    top: Record<string, any>[];
    legal_mass: number;
    board_aware: boolean;
    skipped: number;
  }
  interface Move {
    moves: string;
    fen: string | null;
    temperature: number;
    seed: number | null;
    level: string | null;
    seconds: number;
    top_k: number;
    search: number;
    to_win: boolean;
  }
  interface Opinion {
    move: string;
    chinese: string;
    probability: number;
    rank: number;
    best: string;
    best_chinese: string;
    legal_mass: number;
    value: [number, number, number] | null;
    loss: number | null;
    accuracy: number | null;
  }
  interface Step {
    move: string;
    chinese: string;
  }
  interface XiangqiResult {
    move: string | null;
    candidates: xiangqi.Candidate[];
    status: string;
    winner: string | null;
    value: [number, number, number] | null;
    legal_mass: number;
    raw_move: string | null;
    positions: number;
    line: xiangqi.Step[];
  }
}
