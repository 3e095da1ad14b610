// The BPMN extension of pikflow (docs/architecture.md), as bpmn-js reads it. Every attribute is a
// text: what a file says is shown and saved as it is, and judged by the check.

const attribute = (name) => ({ name, isAttr: true, type: 'String' });
const extension = (name, types, attributes) => ({
  name,
  extends: types,
  properties: attributes.map(attribute),
});

export const pik = {
  name: 'pikflow',
  uri: 'urn:pikflow:bpmn:1.0',
  prefix: 'pik',
  xml: { tagAlias: 'lowerCase' },
  types: [
    extension('Step', ['bpmn:FlowNode'], [
      ...['form', 'result', 'sections', 'show', 'fourEyes', 'due', 'submit', 'rule', 'irreversible'],
      ...['phase', 'decision', 'connector', 'input', 'cases', 'item', 'open', 'lane', 'key', 'again'],
    ]),
    extension('Whole', ['bpmn:Process'], ['amount', 'title', 'output', 'phase']),
  ],
};
