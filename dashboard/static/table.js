/**
 * table -- rows that are updated where they are, and column heads that sort.
 */

import { attribute, h, keyed } from './dom.js';
import { t } from './i18n.js';

const setters = new WeakMap();

/** A row of a body. On a phone the style sheet makes it a grid; its roles still say that it
 *  is a row of cells. */
export function tableRow(props, ...cells) {
	const row = h('tr', { role: 'row', ...props }, cells);

	for (const cell of row.cells)
		cell.setAttribute('role', cell.tagName === 'TH' ? 'rowheader' : 'cell');
	return row;
}

/** A table of such rows: caption for screen readers, head, bodies. */
export function tableOf(props, caption, head, ...bodies) {
	for (const body of bodies)
		body.setAttribute('role', 'rowgroup');
	return h('table', { role: 'table', ...props }, h('caption', { class: 'hidden', text: caption }),
		head, bodies);
}

/** keyed() for rows that know how to show an item: make(item) -> {node, set(item)}. */
export function living(root, items, key, make) {
	keyed(root, items, key, (item) => {
		const { node, set } = make(item);

		setters.set(node, set);
		return node;
	}, (node, item) => setters.get(node)(item));
}

/** Numbers by size, texts by the alphabet in force; what is not there comes last. */
function compare(a, b, down) {
	if (a === b)
		return 0;
	if (a === null || a === undefined)
		return 1;
	if (b === null || b === undefined)
		return -1;
	const order = typeof a === 'string' ? a.localeCompare(b) : a - b;

	return down ? -order : order;
}

/**
 * Which column sorts, and which way. columns: {name: {of(row), down}}; `down`: the greatest
 * first at the first press. word: "name" or "-name", as it stands in the address.
 */
export class Sorting {
	#columns;
	#heads = new Map();
	#changed;

	constructor(columns, word, changed) {
		this.#columns = columns;
		this.#changed = changed;
		this.word = columns[word?.replace('-', '')] ? word : Object.keys(columns)[0];
	}

	get name() {
		return this.word.replace('-', '');
	}

	get down() {
		return this.word.startsWith('-');
	}

	/** A head cell whose button sorts by that column. */
	head(name, label, props = {}) {
		const th = h('th', { scope: 'col', ...props },
			h('button', { class: 'sort', type: 'button', title: t('table.sort', { name: label }),
				on: { click: () => this.#press(name) } }, label));

		this.#heads.set(name, th);
		this.#show();
		return th;
	}

	sort(rows) {
		const { of } = this.#columns[this.name];

		return rows.toSorted((a, b) => compare(of(a), of(b), this.down));
	}

	#press(name) {
		const first = this.#columns[name].down ? `-${name}` : name;
		const other = first.startsWith('-') ? name : `-${name}`;

		this.word = this.word === first ? other : first;
		this.#show();
		this.#changed(this.word);
	}

	#show() {
		for (const [name, th] of this.#heads) {
			const order = this.down ? 'descending' : 'ascending';

			attribute(th, 'aria-sort', name === this.name ? order : null);
		}
	}
}
