// Times that stand in cells as text, so that a chart can have them in their order.

/** @type {Record<string, number>} */
const DIGITS = { 一: 1, 二: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9, 十: 10, 十一: 11, 十二: 12, 日: 7, 天: 7 };
const DATE = /^((?:19|20|21)\d\d)(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?)?[年月日号]?$/;
const QUARTER = /^(?:((?:19|20|21)\d\d)年?[- ]?)?(?:第?([1-4一二三四])季度?|[Qq]([1-4]))$/;
const MONTH = /^(?:((?:19|20|21)\d\d)年)?(\d{1,2}|十[一二]?|[一二三四五六七八九])月份?$/;
const WEEKDAY = /^(?:周|星期|礼拜)([一二三四五六日天])$/;

/** @param {string | undefined} text */
const number = (text) => (text === undefined ? 0 : DIGITS[text] ?? Number(text));

// What orders times: 2024-03, 3月, 一季度, 周一; null for what is none.
/** @param {string} text */
export const timeKey = (text) => {
  const date = DATE.exec(text);
  if (date) return 10_000 * number(date[1]) + 100 * number(date[2]) + number(date[3]);
  const part = QUARTER.exec(text) ?? MONTH.exec(text);
  if (part) return 10_000 * number(part[1]) + 100 * number(part[2] ?? part[3]);
  const day = WEEKDAY.exec(text);
  return day ? number(day[1]) : null;
};
