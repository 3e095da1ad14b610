// Days of the Gregorian calendar, years 1 to 9999, and the working days of Baden-Württemberg.
// The same rules as pikflow/deadlines.py.

const ISO = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const FIRST_YEAR = 1995;
const LAST_YEAR = 2100;

const isLeap = (year) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

export function daysInMonth(year, month) {
  return month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

export class Day {
  constructor(year, month, day) {
    this.year = year;
    this.month = month;
    this.day = day;
    Object.freeze(this);
  }

  // The day of a text such as 2026-01-31, null when there is none.
  static parse(text) {
    const match = ISO.exec(text);
    if (!match) return null;
    const [year, month, day] = match.slice(1).map(Number);
    const exists = year >= 1 && month >= 1 && month <= 12 && day >= 1;
    return exists && day <= daysInMonth(year, month) ? new Day(year, month, day) : null;
  }

  // The day of a count of days, with 1 for 0001-01-01; null outside of the calendar.
  static fromOrdinal(ordinal) {
    if (ordinal < 1 || ordinal > LAST_ORDINAL) return null;
    const date = new Date((ordinal - EPOCH) * 86_400_000);
    return new Day(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate());
  }

  get ordinal() {
    const before = this.year - 1;
    const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
    let days = before * 365 + leapDays + this.day;
    for (let month = 1; month < this.month; month += 1) days += daysInMonth(this.year, month);
    return days;
  }

  // 0 for Monday to 6 for Sunday.
  get weekday() {
    return (this.ordinal + 6) % 7;
  }

  addDays(days) {
    return Day.fromOrdinal(this.ordinal + days);
  }

  // The same day of another month, its last day where it is shorter; null outside of the calendar.
  addMonths(months) {
    const index = this.year * 12 + this.month - 1 + months;
    const year = Math.floor(index / 12);
    const month = index - year * 12 + 1;
    if (year < 1 || year > 9999) return null;
    return new Day(year, month, Math.min(this.day, daysInMonth(year, month)));
  }

  // The day itself or the next working day; null before 1995 and after 2100.
  nextWorkday() {
    let day = this;
    while (day !== null && day.year >= FIRST_YEAR && day.year <= LAST_YEAR) {
      if (day.weekday < 5 && !isHoliday(day)) return day;
      day = day.addDays(1);
    }
    return null;
  }

  toString() {
    const pad = (number, width) => String(number).padStart(width, "0");
    return `${pad(this.year, 4)}-${pad(this.month, 2)}-${pad(this.day, 2)}`;
  }
}

const EPOCH = new Day(1970, 1, 1).ordinal;
const LAST_ORDINAL = new Day(9999, 12, 31).ordinal;

const FIXED = ["01-01", "01-06", "05-01", "10-03", "11-01", "12-25", "12-26"];
// Karfreitag, Ostermontag, Christi Himmelfahrt, Pfingstmontag, Fronleichnam
const AFTER_EASTER = [-2, 1, 39, 50, 60];

function isHoliday(day) {
  const text = day.toString();
  if (FIXED.includes(text.slice(5)) || text === "2017-10-31") return true;
  return AFTER_EASTER.includes(day.ordinal - easter(day.year).ordinal);
}

// Easter Sunday by the anonymous Gregorian algorithm (Meeus, Jones, Butcher).
function easter(year) {
  const whole = Math.floor;
  const golden = year % 19;
  const century = whole(year / 100);
  const rest = year % 100;
  const skipped = whole((century - whole((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - whole(century / 4) - skipped + 15) % 30;
  const offset = (32 + 2 * (century % 4) + 2 * whole(rest / 4) - epact - (rest % 4)) % 7;
  const shift = whole((golden + 11 * epact + 22 * offset) / 451);
  const number = epact + offset - 7 * shift + 114;
  return new Day(year, whole(number / 31), (number % 31) + 1);
}
