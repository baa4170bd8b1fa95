/**
 * segments -- a bar of counts and its legend: how many tasks are in each state, or have
 * each light. The legend's entries lead to the tasks.
 */

import { attribute, h, move } from './dom.js';

/**
 * names: of the segments in order; label(name), path(name) -> link. of: 'state' or
 * 'light', for the colours. Returns {node, set(counts)}.
 */
export function segments({ title, of, names, label, path }) {
	const parts = names.map((name) => h('div', { class: 'segment', data: { [of]: name } }));
	const entries = names.map((name) => h('li', {},
		h('a', { class: 'legend-entry', href: path(name) },
			h('span', { class: 'swatch', data: { [of]: name }, 'aria-hidden': 'true' }),
			h('span', { class: 'legend-word' }, label(name)), h('span', { class: 'legend-n' }))));
	const bar = h('div', { class: 'segments', 'aria-hidden': 'true' }, parts);
	const node = h('div', { class: 'counts' }, h('h3', { class: 'counts-title' }, title), bar,
		h('ul', { class: 'legend' }, entries));

	function set(counts) {
		names.forEach((name, i) => {
			const n = counts[name] ?? 0;

			parts[i].style.flexGrow = n;
			attribute(parts[i], 'hidden', n === 0);
			attribute(entries[i], 'data-none', n === 0);
			move(entries[i].querySelector('.legend-n'), n);
		});
	}

	return { node, set };
}
