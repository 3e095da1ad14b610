// What a step says to pikflow: form, connector, decision, called process, offered event, process.

import { useService } from 'bpmn-js-properties-panel';

import { say } from '../../words.js';
import { definitionOf, getBusinessObject, is, isAny, people, processOf } from '../facts.js';
import { choice, choices, expression, flag, lines, text, ticks } from './fields.jsx';
import { SelectEntry } from '@bpmn-io/properties-panel';

const phases = () =>
  ['Antrag', 'Prüfung', 'Auszahlung', 'Bericht'].map((value) => ({ value, label: say(value) }));
const phase = () => choice('phase', say('Phase'), { options: phases() });
const rule = () =>
  text('rule', say('Rechtsgrundlage'), { description: say('Zum Beispiel § 44 LHO. Steht bei der Aufgabe.') });
const result = (description) => text('result', say('Ergebnis heißt'), { description });
const laneChoice = (world, description) =>
  choice('lane', say('Angeboten für die Bahn'), { options: named(world.lanes), description });
const connectors = (world) =>
  choice('connector', say('Konnektor'), { options: named(world.connectors) });
const input = () =>
  expression('input', say('Eingabe'), {
    description: say('Ein Ausdruck, der ergibt, was übergeben wird: {"nummer": vorgang.nummer}'),
  });

function named(values) {
  return values.map((value) => (typeof value === 'string' ? { value, label: value } : value));
}

function forms(world) {
  return choice('form', say('Formular'), {
    options: world.forms,
    description: say('„je Maßnahme“: das Formular, das der Katalog der Maßnahme für diese Rolle nennt.'),
  });
}

export function formGroup(element, world, injector) {
  if (!isAny(element, people)) return null;
  const tasks = others(element, injector);
  return {
    id: 'form',
    label: say('Formular und Bearbeitung'),
    entries: [
      forms(world),
      result(say('Unter diesem Namen stehen die Antworten. Ohne Namen werden sie eingefügt.')),
      ticks('fourEyes', say('Vier-Augen-Prinzip'), {
        options: tasks,
        none: say('Es gibt noch keinen anderen Schritt, den eine Person erledigt.'),
        description: say('Wer einen dieser Schritte erledigt hat, kann diesen nicht übernehmen.'),
      }),
      text('show', say('Daneben zeigen'), {
        description: say('Ergebnisse früherer Schritte, mit Komma getrennt: antrag, fachpruefung'),
      }),
      expression('sections', say('Nur diese Abschnitte ändern'), {
        description: say('Ein Ausdruck, der Kennungen ergibt: ["finanzierung"]'),
      }),
      text('submit', say('Knopf zum Abschließen')),
      rule(),
      flag('irreversible', say('Vor dem Abschließen noch einmal fragen')),
      phase(),
      ...advanced(element, world),
    ],
  };
}

// A task of a person may also call a connector; most never do, so it is shown where it is used.
function advanced(element, world) {
  const object = getBusinessObject(element);
  return object.get('pik:connector') || object.get('pik:input') ? [connectors(world), input()] : [];
}

function others(element, injector) {
  return injector
    .get('elementRegistry')
    .filter((other) => !other.labelTarget && isAny(other, people) && other.id !== element.id)
    .map((other) => ({ value: other.id, label: getBusinessObject(other).get('name') || other.id }));
}

export function connectorGroup(element, world) {
  if (!isAny(element, ['bpmn:ServiceTask', 'bpmn:SendTask'])) return null;
  return {
    id: 'connector',
    label: say('Konnektor'),
    entries: [connectors(world), input(), result(say('Unter diesem Namen steht die Antwort.')), rule(), phase()],
  };
}

export function decisionGroup(element, world) {
  if (!is(element, 'bpmn:BusinessRuleTask')) return null;
  return {
    id: 'decision',
    label: say('Entscheidung'),
    entries: [
      choice('decision', say('Entscheidungstabelle'), { options: world.decisions }),
      result(say('Unter diesem Namen steht das Ergebnis.')),
      rule(),
      phase(),
    ],
  };
}

export function callGroup(element, world) {
  if (!is(element, 'bpmn:CallActivity')) return null;
  const cases = getBusinessObject(element).get('pik:cases');
  return {
    id: 'call',
    label: say('Aufgerufener Prozess'),
    entries: [
      { id: 'pik-called', component: Called, isEdited: edited, options: world.processes },
      expression('cases', say('Eigene Vorgänge für'), {
        description: say('Ein Ausdruck, der Organisationen ergibt: für jede beginnt ein Vorgang. Leer: läuft in diesem Vorgang mit.'),
      }),
      ...(cases
        ? [
            text('item', say('Name der Organisation darin')),
            flag('open', say('Die Bahn darf ohne die fehlenden weitermachen')),
            choice('lane', say('Bahn, die darüber entscheidet'), { options: named(world.lanes) }),
          ]
        : []),
      result(say('Unter diesem Namen steht, was zurückkommt.')),
      rule(),
      phase(),
    ],
  };
}

const edited = (node) => Boolean(node?.querySelector('select')?.value);

function Called({ element, id, options }) {
  const modeling = useService('modeling');
  const world = useService('config.pik');
  const called = getBusinessObject(element).get('calledElement') ?? '';
  const target = world.processes.find((process) => process.value === called);
  return (
    <>
      <SelectEntry
        {...{ element, id }}
        label={say('Prozess')}
        getValue={() => called}
        setValue={(value) => modeling.updateProperties(element, { calledElement: value || undefined })}
        getOptions={() => choices(options, called)}
      />
      {target?.url && (
        <p class="pik-panel-link">
          <a href={target.url}>{say('„{name}“ öffnen', { name: target.label })}</a>
        </p>
      )}
    </>
  );
}

export function eventGroup(element, world) {
  if (!is(element, 'bpmn:Event') && !is(element, 'bpmn:ReceiveTask')) return null;
  if (is(element, 'bpmn:EndEvent')) return endGroup(element);
  const message = is(element, 'bpmn:ReceiveTask') || definitionOf(element, 'bpmn:MessageEventDefinition');
  if (!message) return rest(element);
  if (is(element, 'bpmn:ThrowEvent')) return { ...rest(element), entries: [input(), key(), rule(), phase()] };
  return {
    id: 'event',
    label: say('Angebot auf der Vorgangsseite'),
    entries: [
      laneChoice(world, say('Personen dieser Bahn sehen das Ereignis als Aktion.')),
      forms(world),
      result(say('Unter diesem Namen stehen die Antworten.')),
      text('submit', say('Aufschrift der Aktion')),
      key(),
      rule(),
      phase(),
    ],
  };
}

function key() {
  return expression('key', say('Schlüssel der Nachricht'), {
    description: say('Ein Ausdruck: nur der Vorgang mit demselben Wert erhält sie.'),
  });
}

function endGroup(element) {
  const sends = ['Message', 'Signal'].some((kind) => definitionOf(element, `bpmn:${kind}EventDefinition`));
  return {
    ...rest(element),
    entries: [
      flag('again', say('Danach ist in derselben Runde ein neuer Antrag möglich')),
      ...(sends ? [input()] : []),
      ...rest(element).entries,
    ],
  };
}

function rest() {
  return { id: 'event', label: say('Ereignis'), entries: [phase(), rule()] };
}

export function processGroup(element, world) {
  if (!isAny(element, ['bpmn:Process', 'bpmn:Participant'])) return null;
  const of = processOf(element);
  if (!of) return null;
  return {
    id: 'process',
    label: say('Vorgang'),
    entries: [
      expression('title', say('Titel des Vorgangs'), {
        of,
        description: say('Ein Text, oder ein Ausdruck nach einem Gleichheitszeichen.'),
      }),
      expression('amount', say('Betrag des Vorgangs'), { of, description: say('Ein Ausdruck in Euro.') }),
      lines('output', say('Gibt zurück'), {
        of,
        description: say('Namen mit Komma: was ein untergeordneter Vorgang seinem Aufrufer gibt.'),
      }),
      choice('phase', say('Phase'), { of, options: phases() }),
    ],
  };
}
