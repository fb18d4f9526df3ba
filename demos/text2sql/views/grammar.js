// The words of the grammar that forms are written in, as people would say them (core/text2sql/grammar_rules.py).

import { lookup } from "modou/views/dom.js";
import { zh } from "modou/views/language.js";

/** @type {Record<string, [string, string]>} */
const WORDS = {
  "<end>": ["写完", "the end"], "<quote>": ["引用原话", "quote"], ")": ["到此为止", "no more"],
  select: ["要", "show"], distinct: ["要不同的", "show different"], count_groups: ["数有几个", "count groups"], refuse: ["答不了", "no answer"],
  shortlist: ["先取", "first take"], where: ["条件", "where"], group: ["分组", "group by"], having: ["组的条件", "having"],
  first: ["取最…的", "those with the most"], rank: ["名次", "rank"], keep: ["只留", "keep"], per: ["每个…里", "in each"],
  order: ["排序", "order by"], limit: ["取几行", "how many"], percent: ["取百分之几", "top percent"], offset: ["跳过", "skip"],
  desc: ["从高到低", "highest first"], asc: ["从低到高", "lowest first"],
  "=": ["等于", "is"], "!=": ["不等于", "is not"], "<": ["小于", "less than"], ">": ["大于", "more than"], "<=": ["不大于", "at most"], ">=": ["不小于", "at least"],
  between: ["在…之间", "between"], and: ["并且", "and"], or: ["或者", "or"], not: ["不满足", "not"], in: ["是其中之一", "one of"], not_in: ["不在其中", "none of"],
  starts: ["开头是", "begins with"], ends: ["结尾是", "ends with"], contains: ["含有", "contains"],
  not_starts: ["开头不是", "does not begin with"], not_ends: ["结尾不是", "does not end with"], not_contains: ["不含", "does not contain"],
  null: ["为空", "is empty"], not_null: ["不为空", "is not empty"],
  recent_days: ["最近几天", "last days"], recent_weeks: ["最近几周", "last weeks"], recent_months: ["最近几个月", "last months"], recent_years: ["最近几年", "last years"],
  newest: ["最新的几个", "newest"], oldest: ["最早的几个", "oldest"], in_rows: ["在某些行里", "in rows where"], in_groups: ["在某些组里", "in groups where"],
  "+": ["加", "plus"], "-": ["减", "minus"], "*": ["乘", "times"], "/": ["除以", "divided by"], plus: ["相加", "sum of columns"], greatest: ["里最大的", "greatest of"], least: ["里最小的", "least of"],
  abs: ["绝对值", "absolute value"], round: ["保留几位小数", "rounded"], or_zero: ["空算 0", "empty as 0"], if_null: ["空则用", "if empty"], if: ["如果", "if"],
  year: ["年份", "year"], month: ["月份", "month"], quarter: ["季度", "quarter"], day: ["日子", "day"], weekday: ["星期", "weekday"], year_month: ["年月", "year and month"],
  days: ["相隔天数", "days between"], months: ["相隔月数", "months between"], years: ["相隔年数", "years between"], today: ["今天", "today"],
  minus_days: ["几天前", "days before"], minus_weeks: ["几周前", "weeks before"], minus_months: ["几个月前", "months before"], minus_years: ["几年前", "years before"],
  plus_days: ["几天后", "days after"], plus_months: ["几个月后", "months after"], plus_years: ["几年后", "years after"],
  length: ["字数", "length"], left: ["前几个字", "first characters"], right: ["后几个字", "last characters"], substr: ["中间几个字", "characters from"], as_number: ["当作数", "as a number"],
  of_all: ["另查全表的", "over all rows"], groups_avg: ["各组的平均", "mean over groups"], groups_max: ["各组最大的", "highest of groups"], groups_min: ["各组最小的", "lowest of groups"],
  count: ["行数", "number of rows"], sum: ["总和", "sum"], avg: ["平均", "mean"], max: ["最大", "highest"], min: ["最小", "lowest"], median: ["中位数", "median"], stddev: ["标准差", "standard deviation"],
  mode: ["最常见的", "most frequent"], count_of: ["有值的行数", "rows with a value"], count_distinct: ["不同的个数", "number of different"],
  count_if: ["符合的行数", "rows that fit"], sum_if: ["符合的总和", "sum of those"], avg_if: ["符合的平均", "mean of those"], max_if: ["符合的最大", "highest of those"], min_if: ["符合的最小", "lowest of those"],
  count_distinct_if: ["符合的不同个数", "different ones of those"], at_max: ["最大时的", "at the highest"], at_min: ["最小时的", "at the lowest"], corr: ["相关系数", "correlation"],
  total: ["全部的合计", "total of all"], mean_all: ["全部的平均", "mean of all"], max_all: ["全部的最大", "highest of all"], min_all: ["全部的最小", "lowest of all"], count_all: ["全部行数", "number of all rows"],
  total_by: ["同组的合计", "total of the group"], mean_by: ["同组的平均", "mean of the group"], max_by: ["同组的最大", "highest of the group"], min_by: ["同组的最小", "lowest of the group"], count_by: ["同组行数", "rows of the group"],
  before: ["上一行的", "row before"], before_in: ["同组上一行的", "row before in the group"], before_n: ["前几行的", "some rows before"], after: ["下一行的", "next row"], after_in: ["同组下一行的", "next row in the group"],
  running: ["累计", "running total"], running_in: ["同组累计", "running total in the group"], running_desc: ["从后累计", "running total from the end"], running_mean: ["累计平均", "running mean"], moving_mean: ["移动平均", "moving mean"],
  first_of: ["第一行的", "of the first row"], last_of: ["最后一行的", "of the last row"],
  rank_desc: ["从高到低的名次", "rank, highest first"], rank_asc: ["从低到高的名次", "rank, lowest first"], rank_desc_in: ["组内名次（高到低）", "rank in the group, highest first"], rank_asc_in: ["组内名次（低到高）", "rank in the group, lowest first"],
  every_column: ["所有列", "all columns"],
};

// A word as it is said; a number that the grammar has as a word, such as #10, is that number.
/** @param {string} word */
export const wordText = (word) => {
  const said = lookup(WORDS, word);
  if (said) return said[zh ? 0 : 1];
  return /^#-?[\d.]/.test(word) ? String(Number(word.slice(1))) : word;
};
