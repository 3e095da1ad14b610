// Help with times in ISO 8601: often used ones to take over, and how they are written.

import { say } from '../../words.js';

const OFTEN = {
  timeDuration: [
    ['P7D', () => say('7 Tage')],
    ['P14D', () => say('14 Tage')],
    ['P1M', () => say('1 Monat')],
    ['P3M', () => say('3 Monate')],
    ['PT12H', () => say('12 Stunden')],
  ],
  timeDate: [
    ['2027-03-31', () => say('31. März 2027')],
    ['add_days(heute, 14)', () => say('in 14 Tagen')],
    ['workday(add_days(heute, 14))', () => say('in 14 Tagen, am nächsten Werktag')],
  ],
  timeCycle: [
    ['R3/P7D', () => say('dreimal alle 7 Tage')],
    ['R/P1M', () => say('jeden Monat, ohne Ende')],
  ],
};

export function Durations({ kind, onChoose }) {
  return (
    <details class="pik-durations">
      <summary>{say('Zeiten schreiben')}</summary>
      <p>{help[kind]()}</p>
      <ul>
        {OFTEN[kind].map(([value, words]) => (
          <li key={value}>
            <button type="button" onClick={() => onChoose(value)}>
              <code>{value}</code>
            </button>
            <span>{words()}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

const help = {
  timeDuration: () =>
    say('Eine Dauer beginnt mit P: Y Jahre, M Monate, W Wochen, D Tage; nach einem T auch H Stunden und M Minuten. Oder ein Ausdruck nach einem Gleichheitszeichen, der ein Datum ergibt.'),
  timeDate: () => say('Ein Tag als JJJJ-MM-TT, oder ein Ausdruck, der ein Datum ergibt.'),
  timeCycle: () => say('R, wie oft, ein Schrägstrich und eine Dauer. Ohne Zahl wiederholt es sich ohne Ende.'),
};
