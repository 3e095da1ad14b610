// The closed list of functions; texts and dates are here, lists and money beside.

import { Day, daysInMonth } from "./day.js";
import { Decimal, ZERO } from "./decimal.js";
import { textFault } from "./faults.js";
import { MAX_TEXT, kind, length, lift, numberOf } from "./kinds.js";
import { count, every, find, flat, groupSum, itemsOf, largest, size, smallest, some, total } from "./lists.js";
import { at, interest, share } from "./money.js";
import { firstEightBytes } from "./sha256.js";

const BLANKS = " \t\r\n\u00a0";
const textOf = (value) => (typeof value === "string" ? value : null);
const dayOf = (value) => (value instanceof Day ? value : null);
const wholeOf = (value) => numberOf(value)?.wholeNumber() ?? null;
const withText = (work) => (value) => (textOf(value) === null ? null : work(value));
const withDay = (work) => (value) => (dayOf(value) === null ? null : work(value));

function round(value, places = ZERO) {
  const number = numberOf(value);
  const digits = wholeOf(places);
  return number === null || digits === null ? null : number.round(digits);
}

function absolute(value) {
  return numberOf(value)?.absolute() ?? null;
}

export function toText(value) {
  const lifted = lift(value);
  if (lifted === null) return "";
  return ["list", "dictionary"].includes(kind(lifted)) ? null : String(lifted);
}

function toNumber(value) {
  return typeof value === "string" ? Decimal.read(value) : numberOf(value);
}

function startsWith(value, beginning) {
  if (textOf(value) === null || textOf(beginning) === null) return null;
  return value.startsWith(beginning);
}

// By hand: a regular expression for the end looks again from every blank inside.
function strip(text) {
  let start = 0;
  let end = text.length;
  while (start < end && BLANKS.includes(text[start])) start += 1;
  while (end > start && BLANKS.includes(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function join(rows, separator = ", ") {
  const items = itemsOf(rows);
  if (items === null || textOf(separator) === null) return null;
  const texts = items.filter((item) => lift(item) !== null).map(toText);
  if (texts.includes(null)) return null;
  const glue = length(separator) * Math.max(texts.length - 1, 0);
  if (texts.reduce((sum, text) => sum + length(text), glue) > MAX_TEXT) throw textFault();
  return texts.join(separator);
}

function sample(seed, percent) {
  const rate = numberOf(percent);
  if (textOf(seed) === null || rate === null || /[\ud800-\udfff]/u.test(seed)) return null;
  const drawn = Decimal.of(firstEightBytes(seed) * 100n);
  return drawn.compare(new Decimal(rate.bounded().units * 2n ** 64n, rate.places)) < 0;
}

function toDate(value) {
  return typeof value === "string" ? Day.parse(value) : dayOf(value);
}

function addDays(value, days) {
  const amount = wholeOf(days);
  if (dayOf(value) === null || amount === null || Math.abs(amount) > 4_000_000) return null;
  return value.addDays(amount);
}

function addMonths(value, months) {
  const amount = wholeOf(months);
  if (dayOf(value) === null || amount === null || Math.abs(amount) > 120_000) return null;
  return value.addMonths(amount);
}

function daysBetween(start, end) {
  if (dayOf(start) === null || dayOf(end) === null) return null;
  return Decimal.of(end.ordinal - start.ordinal);
}

function monthsBetween(start, end) {
  if (dayOf(start) === null || dayOf(end) === null) return null;
  if (end.ordinal < start.ordinal) return ZERO;
  const firstDays = daysInMonth(start.year, start.month);
  const lastDays = daysInMonth(end.year, end.month);
  const months = (end.year - start.year) * 12 + end.month - start.month;
  const part = months * firstDays * lastDays + end.day * firstDays - (start.day - 1) * lastDays;
  return Decimal.of(part).divide(Decimal.of(firstDays * lastDays));
}

export const FUNCTIONS = {
  sum: total,
  min: smallest,
  max: largest,
  len: size,
  round,
  abs: absolute,
  any: some,
  all: every,
  count,
  text: toText,
  number: toNumber,
  lower: withText((value) => value.toLowerCase()),
  upper: withText((value) => value.toUpperCase()),
  strip: withText(strip),
  starts_with: startsWith,
  join,
  sample,
  date: toDate,
  year: withDay((day) => Decimal.of(day.year)),
  month: withDay((day) => Decimal.of(day.month)),
  add_days: addDays,
  add_months: addMonths,
  days_between: daysBetween,
  months_between: monthsBetween,
  workday: withDay((day) => day.nextWorkday()),
  at,
  share,
  interest,
  find,
  flat,
  group_sum: groupSum,
};

// What takes longer or builds more than the usual steps pay for: functions.py says the same.
export const COSTS = {
  sum: { weight: 2 },
  find: { weight: 2 },
  join: { weight: 4 },
  at: { weight: 4, steps: 2 },
  share: { weight: 16, steps: 8 },
  group_sum: { weight: 16, steps: 4 },
  interest: { weight: 32, steps: 16 },
  months_between: { steps: 8 },
  sample: { steps: 4 },
  workday: { steps: 1 },
};
