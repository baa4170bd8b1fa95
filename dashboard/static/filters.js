/**
 * filters -- what narrows a list: a text field and a button for each light, with counts.
 */

import { attribute, h, say } from './dom.js';
import { lightWord } from './format.js';
import { t } from './i18n.js';

const lights = ['red', 'yellow', 'green', 'blue', 'grey'];

/** "red,yellow" -> a set of lights; unknown ones are left out. */
export function lightsOf(word) {
	return new Set((word ?? '').split(',').filter((light) => lights.includes(light)));
}

/** Buttons for the lights, of which none or some are pressed. changed(set) after a press. */
export class LightChips {
	#chips = new Map();

	constructor(chosen, changed) {
		this.chosen = chosen;
		this.node = h('div', { class: 'chips', role: 'group', 'aria-label': t('filter.light') },
			lights.map((light) => this.#chip(light, changed)));
	}

	#chip(light, changed) {
		const count = h('span', { class: 'num' });
		const node = h('button', {
			class: 'chip', type: 'button', 'data-light': light,
			'aria-pressed': String(this.chosen.has(light)),
			on: { click: () => {
				if (!this.chosen.delete(light))
					this.chosen.add(light);
				attribute(node, 'aria-pressed', String(this.chosen.has(light)));
				changed(this.chosen);
			} },
		}, h('span', { class: 'light-dot', 'aria-hidden': 'true' }), lightWord(light), count);

		this.#chips.set(light, { node, count });
		return node;
	}

	/** Says how many there are of each; a light that nothing has is not offered. */
	count(counted) {
		for (const [light, { node, count }] of this.#chips) {
			say(count, counted.get(light) ?? 0);
			attribute(node, 'hidden', !counted.get(light) && !this.chosen.has(light));
		}
	}

	test(light) {
		return this.chosen.size === 0 || this.chosen.has(light);
	}
}

/** A text field that filters as one writes. */
export function textFilter(label, value, changed) {
	return h('input', {
		class: 'field', type: 'search', 'aria-label': label, placeholder: label, value,
		on: { input: (e) => changed(e.target.value) },
	});
}

/** Whether any of the texts has the words, whatever their case. */
export function matches(words, ...texts) {
	const wanted = words.trim().toLowerCase();

	return texts.some((text) => text.toLowerCase().includes(wanted));
}
