// Decimal numbers: whole units over a power of ten, exact like pikflow/expressions/numbers.py.
// A result has at most 50 significant digits, rounded half up; from 10**30 on it is a fault,
// below 10**-40 it is zero.

import { numberFault } from "./faults.js";

const DIGITS = 50;
const LIMIT = 30;
const TINY = -40;
const NUMBER = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;
const PLAIN = /^[+-]?[0-9]+(?:\.[0-9]+)?$/;
const GERMAN = /^[+-]?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+),[0-9]+$/;

const powers = [1n];

function power(exponent) {
  while (powers.length <= exponent) powers.push(powers[powers.length - 1] * 10n);
  return powers[exponent];
}

const absolute = (units) => (units < 0n ? -units : units);

// part / whole rounded half up, away from zero; whole is positive.
export function roundedQuotient(part, whole) {
  const rounded = (2n * absolute(part) + whole) / (2n * whole);
  return part < 0n ? -rounded : rounded;
}

// The largest whole number not above part / whole; whole is positive.
export function floorQuotient(part, whole) {
  const quotient = part / whole;
  return part % whole < 0n ? quotient - 1n : quotient;
}

export class Decimal {
  // units (BigInt) / 10**places; places is 0 or more.
  constructor(units, places = 0) {
    this.units = units;
    this.places = units === 0n ? 0 : places;
    Object.freeze(this);
  }

  static of(value) {
    return new Decimal(BigInt(value));
  }

  // The number of a text such as 67680.00 or 1E+2, as the server writes it.
  static parse(text) {
    const match = NUMBER.exec(text);
    if (!match || text.length > 300) throw numberFault();
    const [, sign, whole, fraction = "", exponent = "0"] = match;
    const places = fraction.length - Number(exponent);
    const digits = BigInt(whole + fraction) * power(Math.max(-places, 0));
    return new Decimal(sign === "-" ? -digits : digits, Math.max(places, 0));
  }

  // The number a person wrote, 1234.5 or 1.234,5; null for other text.
  static read(text) {
    let word = text.replace(/^[ \t\r\n\u00a0]+|[ \t\r\n\u00a0]+$/g, "");
    if (word.length > 60) return null;
    if (GERMAN.test(word)) word = word.replaceAll(".", "").replace(",", ".");
    return PLAIN.test(word) ? Decimal.parse(word).limited() : null;
  }

  get isZero() {
    return this.units === 0n;
  }

  // How many digits stand before the point; 0 or less for numbers below 1.
  get magnitude() {
    return absolute(this.units).toString().length - this.places;
  }

  bounded() {
    if (this.isZero || this.magnitude - 1 < TINY) return ZERO;
    if (this.magnitude > LIMIT) throw numberFault();
    return this;
  }

  limited() {
    const excess = absolute(this.units).toString().length - DIGITS;
    if (excess <= 0) return this.bounded();
    const units = roundedQuotient(this.units, power(excess));
    if (excess > this.places) throw numberFault();
    return new Decimal(units, this.places - excess).bounded();
  }

  scaled(places) {
    return this.units * power(places - this.places);
  }

  compare(other) {
    const places = Math.max(this.places, other.places);
    const left = this.scaled(places);
    const right = other.scaled(places);
    return left < right ? -1 : left > right ? 1 : 0;
  }

  add(other) {
    const places = Math.max(this.places, other.places);
    return new Decimal(this.scaled(places) + other.scaled(places), places).limited();
  }

  subtract(other) {
    return this.add(new Decimal(-other.units, other.places));
  }

  multiply(other) {
    return new Decimal(this.units * other.units, this.places + other.places).limited();
  }

  // [part, whole] with whole > 0 and this / other = part / whole.
  ratio(other) {
    const places = Math.max(this.places, other.places);
    const part = this.scaled(places);
    const whole = other.scaled(places);
    return whole < 0n ? [-part, -whole] : [part, whole];
  }

  // To 10 places half up; by zero null.
  divide(other) {
    if (other.isZero) return null;
    const [part, whole] = this.ratio(other);
    return new Decimal(roundedQuotient(part * power(10), whole), 10).trimmed().bounded();
  }

  // The largest whole number not above the quotient; by zero null.
  divideWhole(other) {
    if (other.isZero) return null;
    return new Decimal(floorQuotient(...this.ratio(other))).bounded();
  }

  // What is left of the whole division, with the sign of the divisor; by zero null.
  remainder(other) {
    const whole = this.divideWhole(other);
    if (whole === null) return null;
    const places = Math.max(this.places, other.places);
    return new Decimal(this.scaled(places) - whole.units * other.scaled(places), places).limited();
  }

  negate() {
    return new Decimal(-this.units, this.places).bounded();
  }

  absolute() {
    return new Decimal(absolute(this.units), this.places);
  }

  // Half up, away from zero, to -20 to 20 places; null for other places.
  round(places) {
    if (places < -20 || places > 20) return null;
    if (places >= this.places) return this.bounded();
    const unit = power(this.places - places);
    const units = roundedQuotient(this.units, unit);
    return (places < 0 ? new Decimal(units * power(-places)) : new Decimal(units, places)).bounded();
  }

  trimmed() {
    let { units, places } = this;
    while (places > 0 && units % 10n === 0n) {
      units /= 10n;
      places -= 1;
    }
    return new Decimal(units, places);
  }

  // The number as a JavaScript integer when it is whole; null otherwise.
  wholeNumber() {
    const plain = this.bounded().trimmed();
    return plain.places === 0 ? Number(plain.units) : null;
  }

  // Digits with a point, no exponent, no trailing zeros.
  toString() {
    const { units, places } = this.bounded().trimmed();
    const digits = absolute(units).toString().padStart(places + 1, "0");
    const whole = digits.slice(0, digits.length - places);
    const fraction = places ? `.${digits.slice(digits.length - places)}` : "";
    return `${units < 0n ? "-" : ""}${whole}${fraction}`;
  }
}

export const ZERO = new Decimal(0n);
