/**
 * facts -- a figure or word under its name, many of them in a row.
 */

import { h, move, say } from './dom.js';
import { t } from './i18n.js';

/** {node, set(value, note)}: a fact for a `dl` of class facts. value may be an element. */
export function fact(label, shown = null) {
	const value = shown ?? h('span', { class: 'fact-value' });
	const note = h('span', { class: 'of' });

	return {
		node: h('div', { class: 'fact' }, h('dt', { text: label }), h('dd', {}, value, ' ', note)),
		set: (text, more = '') => {
			if (shown === null)
				move(value, text);
			say(note, more);
		},
	};
}

/**
 * A list of which only the first `limit` are shown until its button is pressed; the style
 * sheet hides the others (.folded-30). {button, set(count)}.
 */
export function fold(list, limit) {
	const button = h('button', { class: 'plain', type: 'button', hidden: true, on: { click: () => {
		list.classList.remove(`folded-${limit}`);
		button.hidden = true;
		list.children[limit]?.querySelector('a, summary')?.focus();
	} } });

	list.classList.add(`folded-${limit}`);
	return { button, set: (count) => {
		say(button, t('fold.all', { n: count }));
		button.hidden = count <= limit || !list.classList.contains(`folded-${limit}`);
	} };
}

/** A section of a view: a rule, a heading, what stands at its end, and the rest. */
export function block(heading, end, ...children) {
	return h('section', { class: 'block' },
		h('div', { class: 'block-head' }, h('h2', { text: heading }), end), children);
}
