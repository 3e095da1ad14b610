// The rules of our bpmnlint plugin: the mistakes one makes while drawing. Codes, messages and hints
// are those of the server's check (pikflow/engine/checks), which sees everything else too.

import { is, isAny } from 'bpmn-js/lib/util/ModelUtil';

import { language, say } from '../words.js';

const KINDS = {
  'bpmn:StartEvent': () => say('Startereignis'),
  'bpmn:EndEvent': () => say('Endereignis'),
  'bpmn:BoundaryEvent': () => say('Randereignis'),
  'bpmn:Task': () => say('Aufgabe'),
  'bpmn:UserTask': () => say('Aufgabe'),
  'bpmn:ManualTask': () => say('Aufgabe'),
  'bpmn:ServiceTask': () => say('Dienst-Aufgabe'),
  'bpmn:ScriptTask': () => say('Skript-Aufgabe'),
  'bpmn:BusinessRuleTask': () => say('Geschäftsregel-Aufgabe'),
  'bpmn:SendTask': () => say('Sende-Aufgabe'),
  'bpmn:ReceiveTask': () => say('Empfangs-Aufgabe'),
  'bpmn:CallActivity': () => say('Aufruf'),
  'bpmn:SubProcess': () => say('Unterprozess'),
  'bpmn:Transaction': () => say('Transaktion'),
  'bpmn:ExclusiveGateway': () => say('Verzweigung'),
  'bpmn:InclusiveGateway': () => say('Oder-Verzweigung'),
  'bpmn:ParallelGateway': () => say('Und-Verzweigung'),
  'bpmn:EventBasedGateway': () => say('Ereignis-Verzweigung'),
  'bpmn:Process': () => say('Prozess'),
};

const label = (node) => node.name || node.id;
const kind = (node) => KINDS[node.$type]?.() ?? say('Zwischenereignis');
const named = (node) => `${kind(node)} ${quoted(label(node))}`;
const quoted = (text) => say('„{text}“', { text });

function way(flow) {
  if (flow.name) return say('Weg „{name}“', { name: flow.name });
  return say('Weg von „{from}“ nach „{to}“', { from: label(flow.sourceRef), to: label(flow.targetRef) });
}

function rule(severity, check) {
  return { severity, check };
}

export function rules(world) {
  const lanes = new Set(world.lanes.map((lane) => lane.value));
  const known = (list) => new Set(list.map((entry) => entry.value));
  const [forms, connectors, processes] = [known(world.forms), known(world.connectors), known(world.processes)];
  return {
    'lane-without-name': rule('error', (node, { report }) => {
      if (is(node, 'bpmn:Lane') && !node.name) {
        report(node.id, say('Eine Bahn hat keinen Namen. Über den Namen wird bestimmt, wer die Aufgaben bearbeitet.'),
          { hint: say('Benennen Sie die Bahn, zum Beispiel wie im Katalog.') });
      }
    }),
    'lane-unmapped': rule('error', (node, { report }) => {
      if (is(node, 'bpmn:Lane') && node.name && lanes.size && !lanes.has(node.name)) {
        report(node.id, say('Für die Bahn „{name}“ steht nicht im Katalog, wer sie bearbeitet.', { name: node.name }),
          { hint: say('Tragen Sie die Bahn unter lanes im Katalog ein, oder benennen Sie sie um.') });
      }
    }),
    'task-untyped': rule('warn', (node, { report }) => {
      if (node.$type === 'bpmn:Task') {
        report(node.id, say('Die {element} hat keine Art und gilt als manuelle Aufgabe.', { element: named(node) }),
          { hint: say('Machen Sie daraus eine Benutzer-Aufgabe mit Formular, oder eine Skript- oder Dienst-Aufgabe.') });
      }
    }),
    'form-not-named': rule('warn', (node, { report }) => {
      if (is(node, 'bpmn:UserTask') && node.get('pik:form') === undefined) {
        report(node.id, say('Die {element} nennt kein Formular; sie lässt sich nur abhaken.', { element: named(node) }),
          { hint: say('Geben Sie ein Formular in pik:form an, oder nehmen Sie eine manuelle Aufgabe.') });
      }
    }),
    'form-unknown': rule('error', (node, { report }) => {
      const form = is(node, 'bpmn:FlowNode') && node.get('pik:form');
      if (form && forms.size && !form.startsWith('catalog:') && !forms.has(form)) {
        report(node.id, say('Das Formular „{form}“ ({element}) gibt es nicht.', { form, element: named(node) }),
          { hint: say('Legen Sie es an, oder berichtigen Sie die Kennung.') });
      }
    }),
    'connector-not-named': rule('error', (node, { report }) => {
      if (is(node, 'bpmn:ServiceTask') && !node.get('pik:connector')) {
        report(node.id, say('Die {element} nennt keinen Konnektor; niemand führt sie aus.', { element: named(node) }),
          { hint: say('Geben Sie in pik:connector den Namen eines Konnektors an.') });
      }
    }),
    'connector-unknown': rule('error', (node, { report }) => {
      const name = is(node, 'bpmn:ServiceTask') && node.get('pik:connector');
      if (name && !connectors.has(name)) {
        report(node.id, say('Den Konnektor „{name}“ ({element}) gibt es nicht.', { name, element: named(node) }),
          { hint: say('Registrieren Sie den Konnektor, oder berichtigen Sie den Namen.') });
      }
    }),
    'called-process-not-named': rule('error', (node, { report }) => {
      if (is(node, 'bpmn:CallActivity') && !node.calledElement) {
        report(node.id, say('Der {element} sagt nicht, welchen Prozess er aufruft.', { element: named(node) }),
          { hint: say('Wählen Sie den Prozess aus (calledElement).') });
      }
    }),
    'called-process-unknown': rule('error', (node, { report }) => {
      const called = is(node, 'bpmn:CallActivity') && node.calledElement;
      if (called && processes.size && !processes.has(called)) {
        report(node.id, say('Den Prozess „{process}“, den „{label}“ aufruft, gibt es nicht.', { process: called, label: label(node) }),
          { hint: say('Geben Sie die Datei mit diesem Prozess dazu, oder berichtigen Sie die Kennung.') });
      }
    }),
    'timer-missing': rule('error', (node, { report }) => {
      const timer = is(node, 'bpmn:Event') && node.get('eventDefinitions')?.find((one) => is(one, 'bpmn:TimerEventDefinition'));
      const text = timer && (timer.timeDate ?? timer.timeDuration ?? timer.timeCycle)?.body;
      if (timer && !text?.trim()) {
        report(node.id, say('Beim {element} fehlt die Zeitangabe.', { element: named(node) }),
          { hint: say('Zum Beispiel P14D (nach 14 Tagen), R3/P7D (dreimal alle 7 Tage) oder 2026-12-31.') });
      }
    }),
    'flow-condition-missing': rule('error', (node, { report }) => {
      const ways = isAny(node, ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway']) ? node.get('outgoing') : [];
      if (ways.length < 2) return;
      for (const flow of ways.filter((one) => !one.conditionExpression?.body?.trim() && node.default !== one)) {
        report(flow.id, say('Der {way} hat keine Bedingung und ist nicht der Standardweg von „{label}“.', { way: way(flow), label: label(node) }),
          { hint: say('Geben Sie dem Weg eine Bedingung, oder machen Sie ihn zum Standardweg (default).') });
      }
    }),
    'default-flow-condition': rule('warn', (node, { report }) => {
      const flow = isAny(node, ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway']) && node.default;
      if (flow && flow.conditionExpression) {
        report(flow.id, say('Der Standardweg „{way}“ von „{label}“ trägt eine Bedingung. Sie wird nie geprüft.', { way: flow.name || flow.id, label: label(node) }),
          { hint: say('Entfernen Sie die Bedingung: den Standardweg nimmt der Vorgang, wenn keine andere zutrifft.') });
      }
    }),
    'start-missing': rule('error', (node, { report }) => {
      if (!isAny(node, ['bpmn:Process', 'bpmn:SubProcess'])) return;
      const inside = (node.get('flowElements') ?? []).filter((one) => is(one, 'bpmn:FlowNode'));
      if (inside.length && !inside.some((one) => is(one, 'bpmn:StartEvent'))) {
        report(node.id, say('Im {element} fehlt das Startereignis.', { element: named(node) }), { hint: say('Zeichnen Sie genau ein Startereignis ohne Auslöser.') });
      }
    }),
    unreachable: rule('error', (node, { report }) => {
      if (!isAny(node, ['bpmn:Process', 'bpmn:SubProcess'])) return;
      for (const lost of unreached(node)) {
        report(lost.id, say('{element} ist vom Start aus nicht zu erreichen.', { element: the(lost) }),
          { hint: say('Führen Sie einen Weg dorthin, oder löschen Sie das Element.') });
      }
    }),
  };
}

const FEMALE = /Aufgabe|Verzweigung|Transaktion/;
const MALE = /Aufruf|Unterprozess/;

function the(node) {
  const text = named(node);
  if (language === 'en') return text;
  const article = FEMALE.test(kind(node)) ? 'Die' : MALE.test(kind(node)) ? 'Der' : 'Das';
  return `${article} ${text}`;
}

// Flow nodes of a scope a token never comes to; what begins by itself is reached.
function unreached(scope) {
  const nodes = (scope.get('flowElements') ?? []).filter((one) => is(one, 'bpmn:FlowNode'));
  const starts = nodes.filter((one) => is(one, 'bpmn:StartEvent') || one.triggeredByEvent || one.isForCompensation);
  if (!starts.length) return [];
  const seen = new Set(starts);
  const waiting = [...starts];
  while (waiting.length) {
    const node = waiting.pop();
    const next = [
      ...(node.get('outgoing') ?? []).map((flow) => flow.targetRef),
      ...nodes.filter((one) => one.attachedToRef === node),
      ...linkTargets(node, nodes),
    ];
    for (const target of next.filter((one) => one && !seen.has(one))) {
      seen.add(target);
      waiting.push(target);
    }
  }
  return nodes.filter((one) => !seen.has(one));
}

function linkTargets(node, nodes) {
  const name = linkName(node);
  if (!name || !is(node, 'bpmn:ThrowEvent')) return [];
  return nodes.filter((one) => is(one, 'bpmn:CatchEvent') && linkName(one) === name);
}

function linkName(node) {
  if (!is(node, 'bpmn:Event')) return '';
  return node.get('eventDefinitions')?.find((one) => is(one, 'bpmn:LinkEventDefinition'))?.name;
}
