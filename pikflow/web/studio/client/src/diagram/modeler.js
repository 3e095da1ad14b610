// bpmn-js with all that belongs to our editor.

import ColorPickerModule from 'bpmn-js-color-picker';
import { CreateAppendAnythingModule } from 'bpmn-js-create-append-anything';
import Modeler from 'bpmn-js/lib/Modeler';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule } from 'bpmn-js-properties-panel';
import SimulationModule from 'bpmn-js-token-simulation/lib/modeler';
import { BpmnModdle } from 'bpmn-moddle';
import MinimapModule from 'diagram-js-minimap';

import { translateModule } from '../words.js';
import { callingModule } from './calling.js';
import { clipboardModule } from './clipboard.js';
import { textRenderer } from './lettering.js';
import { lintModule } from './linting.js';
import { namesModule } from './names.js';
import { pik } from './moddle.js';
import { panelModule } from './panel/provider.jsx';

// `world` is what the server told of catalog, forms and processes (the page's configuration).
export function createModeler({ canvas, panel, world }) {
  return new Modeler({
    container: canvas,
    propertiesPanel: { parent: panel, feelPopupContainer: null },
    moddleExtensions: { pik },
    textRenderer,
    pik: world,
    additionalModules: [
      translateModule,
      BpmnPropertiesPanelModule,
      BpmnPropertiesProviderModule,
      ColorPickerModule,
      CreateAppendAnythingModule,
      MinimapModule,
      SimulationModule,
      callingModule,
      clipboardModule,
      lintModule,
      namesModule,
      panelModule,
    ],
  });
}

export async function xmlOf(modeler) {
  return (await modeler.saveXML({ format: true })).xml;
}

// A file as bpmn-js would write it, without drawing it.
export async function rewritten(text) {
  const moddle = new BpmnModdle({ pik });
  const { rootElement } = await moddle.fromXML(text);
  return (await moddle.toXML(rootElement, { format: true })).xml;
}
