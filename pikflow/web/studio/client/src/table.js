// Opens a decision table in an element of the page; the entry of the table editor.

import DmnModeler from 'dmn-js/lib/Modeler';

import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';

// The DMN of `xml` in `container`; rejects with what dmn-js says when it can't be read.
export async function open(container, xml) {
  const modeler = new DmnModeler({ container });
  await modeler.importXML(xml);
  return modeler;
}

const place = document.querySelector('[data-pik-table]');
if (place) {
  const response = await fetch(place.dataset.pikTable, { headers: { Accept: 'application/json' } });
  await open(place, (await response.json()).text);
}
