// The kinds of values, and what one evaluation may cost: pikflow/expressions/kinds.py and budget.py.
// A value is null, true/false, Decimal, text, Day, an array or a plain object.

import { Day } from "./day.js";
import { Decimal } from "./decimal.js";
import { listFault, stepsFault, textFault, valueFault } from "./faults.js";

export const MAX_STEPS = 100_000;
export const MAX_LIST = 10_000;
export const MAX_TEXT = 100_000;
export const NODES_PER_STEP = 16;
export const MAX_DEPTH = 60;
const ENTRIES_PER_STEP = 16;
const CHARACTERS_PER_STEP = 64;

export function kind(value) {
  if (value === null) return "nothing";
  if (typeof value === "string") return "text";
  if (typeof value === "boolean") return "boolean";
  if (value instanceof Decimal) return "number";
  if (Array.isArray(value)) return "list";
  return value instanceof Day ? "date" : "dictionary";
}

// The value in its plain type: missing entries are null, JavaScript numbers become Decimal.
export function lift(value) {
  if (value === undefined) return null;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw valueFault();
    return Decimal.parse(String(value));
  }
  if (["function", "symbol", "bigint"].includes(typeof value)) throw valueFault();
  return value;
}

export const numberOf = (value) => {
  const lifted = lift(value);
  return lifted instanceof Decimal ? lifted : null;
};

export const isDictionary = (value) => kind(value) === "dictionary";

// The own entry of a dictionary; nothing else that JavaScript objects have is ever seen.
export function member(value, key) {
  if (value === null || value === undefined || !isDictionary(lift(value))) return null;
  return Object.hasOwn(value, key) ? lift(value[key]) : null;
}

// Characters as people count them, not UTF-16 units.
export function length(text) {
  return /[\ud800-\udfff]/.test(text) ? [...text].length : text.length;
}

export function charge(frame, steps) {
  frame.steps -= steps;
  if (frame.steps < 0) throw stepsFault();
}

// Take what it costs to walk through a value once; an entry costs `weight` times the usual.
export function chargeValue(frame, value, weight = 1) {
  if (Array.isArray(value)) {
    if (value.length > MAX_LIST) throw listFault();
    charge(frame, Math.floor((value.length * weight) / ENTRIES_PER_STEP));
  } else if (typeof value === "string") {
    const size = length(value);
    if (size > MAX_TEXT) throw textFault();
    charge(frame, Math.floor(size / CHARACTERS_PER_STEP));
  } else if (isDictionary(value)) {
    charge(frame, Math.floor((Object.keys(value).length * weight) / ENTRIES_PER_STEP));
  }
}

export function truth(value) {
  const lifted = lift(value);
  switch (kind(lifted)) {
    case "nothing":
      return false;
    case "number":
      return !lifted.isZero;
    case "text":
    case "list":
      return lifted.length > 0;
    case "dictionary":
      return Object.keys(lifted).length > 0;
    case "date":
      return true;
    default:
      return lifted;
  }
}

export function equal(frame, left, right, depth = 0) {
  const first = lift(left);
  const second = lift(right);
  if (kind(first) !== kind(second)) return false;
  switch (kind(first)) {
    case "number":
      return first.compare(second) === 0;
    case "date":
      return first.ordinal === second.ordinal;
    case "list":
      if (first.length !== second.length) return false;
      return allEqual(frame, first.map((item, index) => [item, second[index]]), depth);
    case "dictionary": {
      const keys = Object.keys(first);
      if (keys.length !== Object.keys(second).length) return false;
      if (!keys.every((key) => Object.hasOwn(second, key))) return false;
      return allEqual(frame, keys.map((key) => [first[key], second[key]]), depth);
    }
    default:
      return first === second;
  }
}

function allEqual(frame, pairs, depth) {
  if (depth > MAX_DEPTH) throw valueFault();
  return pairs.every(([left, right]) => {
    charge(frame, 1);
    return equal(frame, left, right, depth + 1);
  });
}

// Whether left < right; false for different kinds and for kinds without an order.
export function less(left, right) {
  const first = lift(left);
  const second = lift(right);
  if (kind(first) !== kind(second)) return false;
  switch (kind(first)) {
    case "number":
      return first.compare(second) < 0;
    case "text":
      return textLess(first, second);
    case "date":
      return first.ordinal < second.ordinal;
    default:
      return false;
  }
}

// By code point: surrogates, which stand for the highest ones, sort after all other units.
function textLess(left, right) {
  const rank = (unit) => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index += 1) {
    const first = left.charCodeAt(index);
    const second = right.charCodeAt(index);
    if (first !== second) return rank(first) < rank(second);
  }
  return left.length < right.length;
}

export function contains(frame, item, container) {
  const wanted = lift(item);
  const holder = lift(container);
  chargeValue(frame, holder, 2);
  if (Array.isArray(holder)) return holder.some((entry) => equal(frame, wanted, entry));
  if (typeof wanted !== "string") return false;
  if (typeof holder === "string") return holder.includes(wanted);
  return isDictionary(holder) && Object.hasOwn(holder, wanted);
}
