// Functions over lists: pikflow/expressions/lists.py.

import { Decimal, ZERO } from "./decimal.js";
import { listFault } from "./faults.js";
import { MAX_LIST, equal, kind, length, less, lift, member, truth } from "./kinds.js";

const ORDERED = ["number", "text", "date"];

// A list as it is, nothing as the empty list; null for any other kind.
export function itemsOf(value) {
  const lifted = lift(value);
  if (lifted === null) return [];
  return Array.isArray(lifted) ? lifted : null;
}

function argumentsOf(values) {
  const items = values.length === 1 ? itemsOf(values[0]) : values;
  return items === null ? null : items.map(lift).filter((item) => item !== null);
}

export function total(...values) {
  const items = argumentsOf(values);
  if (items === null || items.some((item) => kind(item) !== "number")) return null;
  return items.reduce((sum, item) => sum.add(item), ZERO);
}

function extreme(values, before) {
  const items = argumentsOf(values);
  if (items === null || items.length === 0) return null;
  const first = kind(items[0]);
  if (!ORDERED.includes(first) || items.some((item) => kind(item) !== first)) return null;
  return items.reduce((best, item) => (before(item, best) ? item : best));
}

export const smallest = (...values) => extreme(values, less);
export const largest = (...values) => extreme(values, (item, best) => less(best, item));

export function size(value) {
  const lifted = lift(value);
  switch (kind(lifted)) {
    case "nothing":
      return ZERO;
    case "list":
      return Decimal.of(lifted.length);
    case "text":
      return Decimal.of(length(lifted));
    case "dictionary":
      return Decimal.of(Object.keys(lifted).length);
    default:
      return null;
  }
}

export function some(value) {
  const items = itemsOf(value);
  return items === null ? null : items.some(truth);
}

export function every(value) {
  const items = itemsOf(value);
  return items === null ? null : items.every(truth);
}

export function count(value) {
  const items = itemsOf(value);
  return items === null ? null : Decimal.of(items.filter(truth).length);
}

export function flat(lists) {
  const items = itemsOf(lists);
  if (items === null) return null;
  const entries = [];
  for (const item of items) {
    for (const entry of itemsOf(item) ?? [item]) entries.push(entry);
    if (entries.length > MAX_LIST) throw listFault();
  }
  return entries;
}

const isScalar = (value) => !["list", "dictionary"].includes(kind(value));

export function find(rows, key, wanted) {
  const value = lift(wanted);
  if (!isScalar(value) || typeof key !== "string") return null;
  const matches = (row) =>
    kind(lift(row)) === "dictionary" && equal(null, member(row, key), value);
  return (itemsOf(rows) ?? []).find(matches) ?? null;
}

export function groupSum(rows, key, valueKey) {
  const items = itemsOf(rows);
  if (items === null || typeof key !== "string" || typeof valueKey !== "string") return null;
  const groups = new Map();
  for (const row of items) {
    const label = member(row, key);
    if (label === null || !isScalar(label)) continue;
    const mark = `${kind(label)} ${label}`;
    if (!groups.has(mark)) groups.set(mark, { label, entries: [] });
    groups.get(mark).entries.push(member(row, valueKey));
  }
  return [...groups.values()].map(({ label, entries }) =>
    Object.fromEntries([[key, label], [valueKey, total(entries)]]),
  );
}
