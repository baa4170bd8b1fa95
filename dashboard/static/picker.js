/**
 * picker -- a choice out of a list, as the browser has it.
 */

import { h } from './dom.js';
import { t } from './i18n.js';
import { model } from './model.js';

/** options: [[value, words], ...]; changed(value) after a choice. */
export function picker(label, value, options, changed) {
	const select = h('select', { class: 'pick', 'aria-label': label,
		on: { change: () => changed(select.value) } },
	options.map(([name, words]) => h('option', { value: name, selected: name === value }, words)));

	return select;
}

/** All agencies of the plan, or '' for any. */
export function agencyPicker(value, changed) {
	return picker(t('filter.agency'), value, [['', t('filter.any_agency')],
		...model.agencies().map((a) => [a.id, model.title(a)])], changed);
}
