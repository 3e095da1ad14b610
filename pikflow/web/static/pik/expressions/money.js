// Dated tables, shares and interest: pikflow/expressions/dated.py and money.py.

import { Day } from "./day.js";
import { Decimal, ZERO, floorQuotient, roundedQuotient } from "./decimal.js";
import { isDictionary, lift, member, numberOf } from "./kinds.js";
import { itemsOf } from "./lists.js";

const KEY = /^[0-9]{4}(?:-[0-9]{2}-[0-9]{2})?$/;
const DAYS_PER_YEAR = 365n;

export function at(table, when) {
  const day = dayOf(lift(when));
  if (day === null) return null;
  const valid = entries(table).filter(([start]) => start.ordinal <= day.ordinal);
  return valid.length ? lift(valid[valid.length - 1][1]) : null;
}

function dayOf(when) {
  if (when instanceof Day) return when;
  const year = when instanceof Decimal ? when.wholeNumber() : null;
  return year === null || year < 1 || year > 9999 ? null : new Day(year, 1, 1);
}

// The [valid from, value] pairs of a dated table by date.
function entries(table) {
  const lifted = lift(table);
  let pairs = [];
  if (Array.isArray(lifted)) {
    pairs = lifted.map((row) => [member(row, "ab"), member(row, "wert")]);
  } else if (isDictionary(lifted)) {
    pairs = Object.keys(lifted).sort().map((key) => [key, lifted[key]]);
  }
  const dated = new Map();
  for (const [key, value] of pairs) {
    const day = keyDay(key);
    if (day !== null) dated.set(day.ordinal, [day, value]);
  }
  return [...dated.values()].sort((left, right) => left[0].ordinal - right[0].ordinal);
}

function keyDay(key) {
  if (typeof key === "string" && KEY.test(key)) {
    return Day.parse(key.length > 4 ? key : `${key}-01-01`);
  }
  return key instanceof Day ? key : null;
}

export function share(whole, weights) {
  const amount = numberOf(whole);
  const items = itemsOf(weights);
  if (amount === null || items === null) return null;
  const values = items.map((item) => (lift(item) === null ? ZERO : numberOf(item)));
  if (values.some((value) => value === null || value.units < 0n)) return null;
  const [parts] = integers(values);
  if (parts.every((part) => part === 0n)) return parts.length ? null : [];
  const cents = amount.bounded().round(2).scaled(2);
  const size = cents < 0n ? -cents : cents;
  const sum = parts.reduce((total, part) => total + part, 0n);
  const shares = largestRemainder(parts.map((part) => size * part), sum, size);
  return shares.map((part) => new Decimal(cents < 0n ? -part : part, 2));
}

export function interest(amount, start, end, rates, surcharge) {
  const principal = numberOf(amount);
  const points = numberOf(surcharge);
  const first = lift(start);
  const last = lift(end);
  if (principal === null || points === null) return null;
  if (!(first instanceof Day) || !(last instanceof Day)) return null;
  if (last.ordinal < first.ordinal) return [];
  const segments = segmentsOf(first, last, entries(rates), points);
  if (segments === null) return null;
  const [[scaled, ...percents], unit] = integers([principal, ...segments.map((row) => row.satz)]);
  const parts = percents.map((rate, index) => scaled * rate * segments[index].tage.units);
  const whole = unit * unit * DAYS_PER_YEAR;
  const sum = parts.reduce((total, part) => total + part, 0n);
  const cents = largestRemainder(parts, whole, roundedQuotient(sum, whole));
  return segments.map((row, index) => ({ ...row, betrag: new Decimal(cents[index], 2) }));
}

function segmentsOf(first, last, table, points) {
  const found = [];
  for (const [index, [start, value]] of table.entries()) {
    const follower = table[index + 1]?.[0];
    const von = start.ordinal > first.ordinal ? start : first;
    const bis = follower && follower.ordinal <= last.ordinal ? follower.addDays(-1) : last;
    if (bis === null || von.ordinal > bis.ordinal || start.ordinal > last.ordinal) continue;
    const rate = numberOf(value);
    if (rate === null) return null;
    const tage = Decimal.of(bis.ordinal - von.ordinal + 1);
    found.push({ von, bis, tage, satz: rate.add(points) });
  }
  return found.length && found[0].von.ordinal === first.ordinal ? found : null;
}

// The numbers as whole numbers over one power of ten, and that power.
function integers(values) {
  const bounded = values.map((value) => value.bounded());
  const places = Math.max(0, ...bounded.map((value) => value.places));
  return [bounded.map((value) => value.scaled(places)), new Decimal(1n).scaled(places)];
}

// Whole cents near parts[i] / whole that sum to the target; earlier entries win ties.
function largestRemainder(parts, whole, target) {
  const floors = parts.map((part) => floorQuotient(part, whole));
  const rests = parts.map((part, index) => part - floors[index] * whole);
  const missing = Number(target - floors.reduce((total, part) => total + part, 0n));
  const byRest = parts.map((_, index) => index);
  byRest.sort((a, b) => (rests[a] > rests[b] ? -1 : rests[a] < rests[b] ? 1 : a - b));
  for (const index of byRest.slice(0, missing)) floors[index] += 1n;
  return floors;
}
