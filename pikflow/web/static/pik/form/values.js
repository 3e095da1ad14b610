// Values of a page: read from its controls as the server reads them, and written as it writes them.

import { Day, Decimal } from "../expressions.js";

const GROUPED = /^[+-]?[1-9]\d{0,2}(\.\d{3})+$/;
const GERMAN = /^[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$/;
const PLAIN = /^[+-]?\d+\.\d+$/;
const GERMAN_DAY = /^(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})$/;
const GERMAN_MONTH = /^(\d{1,2})\s*[./]\s*(\d{4})$/;

export function readNumber(text, unit = "") {
  let word = text.trim().replace("\u2212", "-");
  for (const suffix of ["€", "EUR", "%", unit]) {
    if (suffix && word.endsWith(suffix)) word = word.slice(0, -suffix.length).trim();
  }
  word = word.replace(/[\s\u00a0\u202f']/g, "");
  if (word.length > 60) return null;
  if (GROUPED.test(word) || GERMAN.test(word)) {
    return Decimal.parse(word.replaceAll(".", "").replace(",", "."));
  }
  return PLAIN.test(word) ? Decimal.parse(word) : null;
}

export function readDay(text) {
  const word = text.trim();
  const day = GERMAN_DAY.exec(word);
  const month = GERMAN_MONTH.exec(word);
  const pad = (number) => number.padStart(2, "0");
  try {
    if (day) return Day.parse(`${day[3]}-${pad(day[2])}-${pad(day[1])}`) ?? null;
    if (month) return Day.parse(`${month[2]}-${pad(month[1])}-01`) ?? null;
    return /^\d{4}-\d{2}-\d{2}$/.test(word) ? (Day.parse(word) ?? null) : null;
  } catch {
    return null;
  }
}

// "1.234,50 €": German notation with grouped thousands, as on the whole page.
// With places below 0 as many digits as the number has.
export function writeNumber(value, wanted, unit) {
  const places = wanted < 0 ? value.trimmed().places : wanted;
  const rounded = value.round(places);
  const digits = (rounded.units < 0n ? -rounded.units : rounded.units)
    .toString()
    .padStart(rounded.places + 1, "0");
  const whole = digits.slice(0, digits.length - rounded.places);
  const fraction = digits.slice(digits.length - rounded.places).padEnd(places, "0");
  const sign = rounded.units < 0n ? "-" : "";
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ".");
  return `${sign}${grouped}${places ? `,${fraction}` : ""}${unit}`;
}

export function writeDay(value) {
  const [year, month, day] = String(value).split("-");
  return `${day}.${month}.${year}`;
}

// data-pik-kind: "number:2: €", "number:-1: %", "date", "bool", "list", "text".
export function parts(kind) {
  const [name, places = "2", ...unit] = (kind ?? "").split(":");
  return { name, places: Number(places), unit: unit.join(":") };
}

export function write(value, kind) {
  const { name, places, unit } = parts(kind);
  if (value === null || value === undefined || value === "") return "–";
  if (value instanceof Decimal) return name === "number" ? writeNumber(value, places, unit) : String(value);
  if (value instanceof Day) return writeDay(value);
  if (typeof value === "boolean") return value ? "Ja" : "Nein";
  return typeof value === "string" ? value : "–";
}

function read(control) {
  const { name, unit } = parts(control.dataset.pikKind);
  if (name === "number") return readNumber(control.value, unit.trim());
  if (name === "date") return readDay(control.value);
  if (name === "bool") return control.value === "" ? null : control.value === "true";
  return control.value.trim() || null;
}

// The value of each control by its name; a disabled control has none.
export function controls(form) {
  const found = new Map();
  for (const control of form.querySelectorAll("[data-pik-kind]")) {
    if (!control.name || control.matches("output") || control.closest("[hidden]")) continue;
    const { name } = parts(control.dataset.pikKind);
    if (name === "list") {
      if (!found.has(control.name)) found.set(control.name, []);
      if (control.checked) found.get(control.name).push(control.value);
    } else if (control.type === "radio") {
      if (!found.has(control.name)) found.set(control.name, null);
      if (control.checked) found.set(control.name, read(control));
    } else if (control.type === "checkbox") {
      found.set(control.name, control.checked);
    } else {
      found.set(control.name, read(control));
    }
  }
  return found;
}
