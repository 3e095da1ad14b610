// The DMN editor: brings the parts together on its page.

import './table/styles.js';
import { start } from './table/page.js';

const page = document.querySelector('[data-pik-table]');
if (page) start(page, JSON.parse(document.getElementById('pik-table').textContent));
