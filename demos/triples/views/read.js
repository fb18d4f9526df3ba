// What the server sends, as the page works with it.

import { say } from "modou/views/language.js";

/** @import { Message } from "modou/views/result.js" */
/** @import { triples } from "modou/views/types.js" */

/** @typedef {triples.Triple & {document: number, subject_type: string, object_type: string, english: string}} Read */
/** @typedef {{name: string, text: string, characters: string[], triples: Read[], error?: Message | null}} Document */
/** @typedef {{triples: Set<number>, entity?: string}} Selection what is lit: triples by their numbers, and one entity */
/** @typedef {(name: string) => triples.Relation} RelationOf */
/** @typedef {number[]} Sent subject's start, end, predicate, object's start, end, score; pronouns' starts and ends */

/** @type {Record<string, string>} */
const KINDS = {
  人物: "person", 历史人物: "person",
  影视作品: "work", 图书作品: "work", 文学作品: "work", 作品: "work", 歌曲: "work", 音乐专辑: "work", 电视综艺: "work", 奖项: "work",
  机构: "group", 企业: "group", 学校: "group", 出版社: "group", 网站: "group",
  地点: "place", 国家: "place", 城市: "place", 行政区: "place", 景点: "place",
  日期: "number", 数值: "number",
};
/** @param {string | undefined} type */
export const kindOf = (type) => KINDS[type ?? ""] || "other";

// Of a user's own model's relations nothing is known but their names.
/**
 * @param {triples.Relation[] | undefined} relations
 * @returns {RelationOf}
 */
export const makeRelationOf = (relations) => {
  const known = new Map((relations || []).map((r) => [r.name, r]));
  return (name) => known.get(name) || { name, subject_type: "", object_type: "", english: name };
};

// What a model's own thresholds are, in a sentence.
/** @param {{threshold: number, thresholds: Record<string, number>}} given */
export const ownThresholds = ({ threshold, thresholds }) => {
  const several = Object.keys(thresholds).length;
  const one = threshold.toFixed(2);
  return several
    ? say(`模型自带：在验证集上 F1 最高的阈值，${one}；另有 ${several} 种关系各有自己的阈值。`,
      `The model's own: what had the best F1 on dev, ${one}; ${several === 1 ? "one relation has a value of its own" : `${several} relations have values of their own`}.`)
    : say(`模型自带：在验证集上 F1 最高的阈值，${one}。`, `The model's own: what had the best F1 on dev, ${one}.`);
};

// Documents come as {name, text, triples: [[subject's start, end, predicate, object's start, end, score]], error?}; behind
// that, where pronouns were read as subject or object, start and end of each, equal for none.
// Offsets count Unicode characters, as Python does; JavaScript's strings count UTF-16 units.
/**
 * @param {{documents: {name: string, text: string, triples: Sent[], error?: Message | null}[], predicates: string[]}} given
 * @param {RelationOf} relationOf
 */
export const readDocuments = ({ documents, predicates }, relationOf) => documents.map((document, number) => {
  const characters = [...document.text];
  /**
   * @param {number} start
   * @param {number} end
   */
  const part = (start, end) => characters.slice(start, end).join("");
  const triples = document.triples.map(([from, to, predicate, begin, end, score, ...pronouns]) => {
    /**
     * @param {number} at
     * @returns {[number, number] | null}
     */
    const pronoun = (at) => (pronouns[at] < pronouns[at + 1] ? [pronouns[at], pronouns[at + 1]] : null);
    const relation = relationOf(predicates[predicate]);
    return {
      document: number, subject: part(from, to), predicate: relation.name, object: part(begin, end),
      subject_span: [from, to], object_span: [begin, end], score, subject_pronoun: pronoun(0), object_pronoun: pronoun(2),
      subject_type: relation.subject_type, object_type: relation.object_type, english: relation.english,
    };
  });
  return { ...document, characters, triples };
});
