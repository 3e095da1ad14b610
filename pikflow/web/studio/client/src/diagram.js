// The diagram editor: brings the parts together on its page.

import './diagram/styles.js';
import { start } from './diagram/page.js';

const page = document.querySelector('[data-pik-diagram]');
if (page) start(page, JSON.parse(document.getElementById('pik-diagram').textContent));
