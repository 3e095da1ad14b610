// The rules of our bpmnlint plugin: the mistakes one makes while drawing. Codes, messages and hints
// are those of the server's check (pikflow/engine/checks), which sees everything else too.

import { is, isAny } from 'bpmn-js/lib/util/ModelUtil';

const KINDS = {
  'bpmn:StartEvent': 'Startereignis',
  'bpmn:EndEvent': 'Endereignis',
  'bpmn:BoundaryEvent': 'Randereignis',
  'bpmn:Task': 'Aufgabe',
  'bpmn:UserTask': 'Aufgabe',
  'bpmn:ManualTask': 'Aufgabe',
  'bpmn:ServiceTask': 'Dienst-Aufgabe',
  'bpmn:ScriptTask': 'Skript-Aufgabe',
  'bpmn:BusinessRuleTask': 'Geschäftsregel-Aufgabe',
  'bpmn:SendTask': 'Sende-Aufgabe',
  'bpmn:ReceiveTask': 'Empfangs-Aufgabe',
  'bpmn:CallActivity': 'Aufruf',
  'bpmn:SubProcess': 'Unterprozess',
  'bpmn:Transaction': 'Transaktion',
  'bpmn:ExclusiveGateway': 'Verzweigung',
  'bpmn:InclusiveGateway': 'Oder-Verzweigung',
  'bpmn:ParallelGateway': 'Und-Verzweigung',
  'bpmn:EventBasedGateway': 'Ereignis-Verzweigung',
  'bpmn:Process': 'Prozess',
};

const label = (node) => node.name || node.id;
const named = (node) => `${KINDS[node.$type] ?? 'Zwischenereignis'} „${label(node)}“`;

function way(flow) {
  if (flow.name) return `Weg „${flow.name}“`;
  return `Weg von „${label(flow.sourceRef)}“ nach „${label(flow.targetRef)}“`;
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
        report(node.id, 'Eine Bahn hat keinen Namen. Über den Namen wird bestimmt, wer die Aufgaben bearbeitet.',
          { hint: 'Benennen Sie die Bahn, zum Beispiel wie im Katalog.' });
      }
    }),
    'lane-unmapped': rule('error', (node, { report }) => {
      if (is(node, 'bpmn:Lane') && node.name && lanes.size && !lanes.has(node.name)) {
        report(node.id, `Für die Bahn „${node.name}“ steht nicht im Katalog, wer sie bearbeitet.`,
          { hint: 'Tragen Sie die Bahn unter lanes im Katalog ein, oder benennen Sie sie um.' });
      }
    }),
    'task-untyped': rule('warn', (node, { report }) => {
      if (node.$type === 'bpmn:Task') {
        report(node.id, `Die ${named(node)} hat keine Art und gilt als manuelle Aufgabe.`,
          { hint: 'Machen Sie daraus eine Benutzer-Aufgabe mit Formular, oder eine Skript- oder Dienst-Aufgabe.' });
      }
    }),
    'form-not-named': rule('warn', (node, { report }) => {
      if (is(node, 'bpmn:UserTask') && node.get('pik:form') === undefined) {
        report(node.id, `Die ${named(node)} nennt kein Formular; sie lässt sich nur abhaken.`,
          { hint: 'Geben Sie ein Formular in pik:form an, oder nehmen Sie eine manuelle Aufgabe.' });
      }
    }),
    'form-unknown': rule('error', (node, { report }) => {
      const form = is(node, 'bpmn:FlowNode') && node.get('pik:form');
      if (form && forms.size && !form.startsWith('catalog:') && !forms.has(form)) {
        report(node.id, `Das Formular „${form}“ (${named(node)}) gibt es nicht.`,
          { hint: 'Legen Sie es an, oder berichtigen Sie die Kennung.' });
      }
    }),
    'connector-not-named': rule('error', (node, { report }) => {
      if (is(node, 'bpmn:ServiceTask') && !node.get('pik:connector')) {
        report(node.id, `Die ${named(node)} nennt keinen Konnektor; niemand führt sie aus.`,
          { hint: 'Geben Sie in pik:connector den Namen eines Konnektors an.' });
      }
    }),
    'connector-unknown': rule('error', (node, { report }) => {
      const name = is(node, 'bpmn:ServiceTask') && node.get('pik:connector');
      if (name && !connectors.has(name)) {
        report(node.id, `Den Konnektor „${name}“ (${named(node)}) gibt es nicht.`,
          { hint: 'Registrieren Sie den Konnektor, oder berichtigen Sie den Namen.' });
      }
    }),
    'called-process-not-named': rule('error', (node, { report }) => {
      if (is(node, 'bpmn:CallActivity') && !node.calledElement) {
        report(node.id, `Der ${named(node)} sagt nicht, welchen Prozess er aufruft.`,
          { hint: 'Wählen Sie den Prozess aus (calledElement).' });
      }
    }),
    'called-process-unknown': rule('error', (node, { report }) => {
      const called = is(node, 'bpmn:CallActivity') && node.calledElement;
      if (called && processes.size && !processes.has(called)) {
        report(node.id, `Den Prozess „${called}“, den „${label(node)}“ aufruft, gibt es nicht.`,
          { hint: 'Geben Sie die Datei mit diesem Prozess dazu, oder berichtigen Sie die Kennung.' });
      }
    }),
    'timer-missing': rule('error', (node, { report }) => {
      const timer = is(node, 'bpmn:Event') && node.get('eventDefinitions')?.find((one) => is(one, 'bpmn:TimerEventDefinition'));
      const text = timer && (timer.timeDate ?? timer.timeDuration ?? timer.timeCycle)?.body;
      if (timer && !text?.trim()) {
        report(node.id, `Beim ${named(node)} fehlt die Zeitangabe.`,
          { hint: 'Zum Beispiel P14D (nach 14 Tagen), R3/P7D (dreimal alle 7 Tage) oder 2026-12-31.' });
      }
    }),
    'flow-condition-missing': rule('error', (node, { report }) => {
      const ways = isAny(node, ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway']) ? node.get('outgoing') : [];
      if (ways.length < 2) return;
      for (const flow of ways.filter((one) => !one.conditionExpression?.body?.trim() && node.default !== one)) {
        report(flow.id, `Der ${way(flow)} hat keine Bedingung und ist nicht der Standardweg von „${label(node)}“.`,
          { hint: 'Geben Sie dem Weg eine Bedingung, oder machen Sie ihn zum Standardweg (default).' });
      }
    }),
    'default-flow-condition': rule('warn', (node, { report }) => {
      const flow = isAny(node, ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway']) && node.default;
      if (flow && flow.conditionExpression) {
        report(flow.id, `Der Standardweg „${flow.name || flow.id}“ von „${label(node)}“ trägt eine Bedingung. Sie wird nie geprüft.`,
          { hint: 'Entfernen Sie die Bedingung: den Standardweg nimmt der Vorgang, wenn keine andere zutrifft.' });
      }
    }),
    'start-missing': rule('error', (node, { report }) => {
      if (!isAny(node, ['bpmn:Process', 'bpmn:SubProcess'])) return;
      const inside = (node.get('flowElements') ?? []).filter((one) => is(one, 'bpmn:FlowNode'));
      if (inside.length && !inside.some((one) => is(one, 'bpmn:StartEvent'))) {
        report(node.id, `Im ${named(node)} fehlt das Startereignis.`, { hint: START_HINT });
      }
    }),
    unreachable: rule('error', (node, { report }) => {
      if (!isAny(node, ['bpmn:Process', 'bpmn:SubProcess'])) return;
      for (const lost of unreached(node)) {
        report(lost.id, `${the(lost)} ist vom Start aus nicht zu erreichen.`,
          { hint: 'Führen Sie einen Weg dorthin, oder löschen Sie das Element.' });
      }
    }),
  };
}

const START_HINT = 'Zeichnen Sie genau ein Startereignis ohne Auslöser.';
const FEMALE = /Aufgabe|Verzweigung|Transaktion/;
const MALE = /Aufruf|Unterprozess/;

function the(node) {
  const text = named(node);
  const article = FEMALE.test(text.split('„')[0]) ? 'Die' : MALE.test(text.split('„')[0]) ? 'Der' : 'Das';
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
