/**
 * heat -- agencies by chapters: in each cell how far an agency's own parts of the chapter
 * are, coloured by how far that is from what is expected. Arrow keys walk the cells; the
 * cell looked at is told in full above; each leads to its tasks.
 */

import { bar, setBar } from '../bar.js';
import { matrix } from '../derive.js';
import { attribute, h, replace, say } from '../dom.js';
import { percent, points } from '../format.js';
import { t } from '../i18n.js';
import '../i18n_more.js';
import '../print.js';
import { model } from '../model.js';
import { living, Sorting } from '../table.js';

const calm = matchMedia('(prefers-reduced-motion: reduce)');
const columns = {
	name: { of: ({ place }) => place },
	gap: { of: ({ data }) => data?.gap ?? null },
};
const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** The gaps at which the colour changes, in points: half-way to red is one, too. */
function limits() {
	const { yellow = 10, red = 30 } = model.plan.lights ?? {};

	return [-red, -(yellow + red) / 2, -yellow, 0, yellow];
}

/** 1 (far behind) to 6 (ahead). Red begins below its limit, yellow at it. */
function stepOf(gap) {
	const [red, middle, yellow, even, ahead] = limits();

	return 1 + (gap >= red) + (gap >= middle) + (gap > yellow) + (gap >= even) + (gap >= ahead);
}

function legend() {
	const [red, middle, yellow, , ahead] = limits().map(Math.abs);
	const words = [
		t('heat.over', { n: red }), t('heat.from', { from: middle, to: red }),
		t('heat.from', { from: yellow, to: middle }), t('heat.under', { n: yellow }),
		t('heat.ahead_under', { n: ahead }), t('heat.ahead', { n: ahead }),
	];

	return h('ul', { class: 'heat-legend', 'aria-label': t('heat.legend') },
		words.map((text, i) => h('li', {},
			h('span', { class: 'heat-swatch', 'data-step': i + 1, 'aria-hidden': 'true' }), text)),
		h('li', {}, h('span', { class: 'heat-swatch heat-none', 'aria-hidden': 'true' }),
			t('heat.none')));
}

/** A percent for little room, rounded down like all: "99.9" for 99.96. */
function oneDigit(percent) {
	return (Math.floor(Math.round(percent * 100) / 10) / 10).toFixed(1);
}

/** An agency's whole, in the shape of a cell. */
function wholeOf({ agency, data }) {
	return {
		agency: agency.id, chapter: 0, percent: data.own.percent, expected: data.expected,
		gap: data.gap, tasks: data.own.tasks, lead: data.lead.tasks, red: null,
	};
}

function chapterTitle(number) {
	const chapter = model.plan.chapters.find((c) => c.number === number);

	return chapter ? `${number} ${model.title(chapter)}` : t('heat.whole');
}

/** A frame that fades: a cell's own colours stay readable while its number moves. */
function glow(link, moved) {
	if (moved && link.isConnected && !calm.matches)
		link.animate([{ boxShadow: 'inset 0 0 0 2px var(--ink)' },
			{ boxShadow: 'inset 0 0 0 2px transparent' }], { duration: 1400, easing: 'ease-out' });
}

/** A cell in words, for who hears it. */
function inWords(cell) {
	const red = cell.red === null ? '' : t('heat.red', { n: cell.red });

	return t('heat.words', {
		agency: model.agencyTitle(cell.agency), chapter: chapterTitle(cell.chapter),
		percent: percent(cell.percent), expected: percent(cell.expected), gap: points(cell.gap),
		n: cell.tasks, lead: cell.lead, red,
	});
}

class Heat {
	#body = h('tbody');
	#told = h('p', { class: 'heat-told' });
	#heads = new Map();
	#at = [0, 0]; /* row and column of the cell that the keyboard is at */

	constructor(root, route, ctx) {
		this.ctx = ctx;
		this.sorting = new Sorting(columns, route.params.sort, (word) => {
			ctx.go('/heat', { sort: word === 'name' ? '' : word }, { replace: true });
			this.#show();
		});
		this.table = h('table', { class: 'table heat', role: 'grid', on: {
			keydown: (e) => this.#key(e), focusin: (e) => this.#focus(e.target),
			pointerover: (e) => this.#tell(e.target), pointerleave: () => this.#untell(),
		} }, h('caption', { class: 'hidden', text: t('heat.caption') }), this.#head(), this.#body);
		replace(root,
			legend(), this.#told,
			h('div', { class: 'scroll heat-box' }, this.table));
		this.#show();
		this.#untell();
	}

	#head() {
		const sort = (name, word) => this.sorting.head(name, t(word), { role: 'columnheader' });

		return h('thead', {}, h('tr', {}, sort('name', 'word.agency'),
			sort('gap', 'heat.whole'),
			model.plan.chapters.map((chapter) => this.#chapterHead(chapter))));
	}

	#chapterHead(chapter) {
		const line = bar(), value = h('span', { class: 'of' });

		this.#heads.set(chapter.number, { line, value });
		return h('th', { scope: 'col', class: 'heat-chapter' },
			h('a', { class: 'title-link', href: this.ctx.href(`/chapter/${chapter.number}`) },
				`${chapter.number} ${model.title(chapter)}`), line, value);
	}

	/** One link per cell; the row's first one leads to the agency. */
	#row({ agency: { id } }) {
		const name = h('a', { class: 'title-link', tabindex: -1,
			href: this.ctx.href(`/agency/${id}`) });
		const whole = this.#cell(`/agency/${id}`, {});
		const cells = model.plan.chapters.map((c) =>
			[c.number, this.#cell(`/chapter/${c.number}`, { agency: id })]);

		return {
			node: h('tr', { 'data-agency': id },
				h('th', { scope: 'row', class: 'name' }, name), whole.node,
				cells.map(([, cell]) => cell.node)),
			set: (row) => {
				say(name, model.title(row.agency));
				name.title = model.title(row.agency);
				whole.set(row.data ? wholeOf(row) : null);
				for (const [number, cell] of cells)
					cell.set(row.cells.get(`${id}/${number}`) ?? null);
			},
		};
	}

	#cell(path, params) {
		const value = h('span', { class: 'heat-value' });
		const gap = h('span', { class: 'heat-gap' });
		const all = h('span', { class: 'hidden' });
		const link = h('a', { class: 'heat-cell', tabindex: -1, href: this.ctx.href(path, params) },
			value, gap, all);
		const td = h('td', { class: 'heat-td' }, link);

		return { node: td, set: (cell) => {
			const none = cell === null || cell.percent === null;

			link.hidden = none;
			td.classList.toggle('heat-none', none);
			if (none)
				return;
			attribute(link, 'data-step', stepOf(cell.gap));
			say(all, inWords(cell));
			glow(link, say(value, oneDigit(cell.percent)) && link.cell);
			say(gap, points(Math.round(cell.gap * 10) / 10).slice(0, -1));
			link.cell = cell;
		} };
	}

	#show() {
		const cells = matrix();
		const rows = model.agencies().map((agency, place) => ({
			agency, place, cells, data: model.get(`agency/${agency.id}`),
		}));

		living(this.#body, this.sorting.sort(rows), ({ agency }) => agency.id,
			(row) => this.#row(row));
		for (const [number, { line, value }] of this.#heads) {
			const data = model.get(`chapter/${number}`);

			setBar(line, data);
			say(value, data ? `${percent(data.percent)}  ${points(data.gap)}` : '');
		}
		this.#rove();
	}

	/** The links of the cells that there are, row by row; null for none. */
	#grid() {
		return [...this.#body.rows].map((row) => [...row.querySelectorAll('.heat-td')]
			.map((td) => (td.classList.contains('heat-none') ? null : td.firstChild)));
	}

	/** Exactly one cell is reached by Tab. */
	#rove() {
		const grid = this.#grid();
		const [row, column] = this.#at;
		const at = grid[row]?.[column] ?? grid.flat().find((link) => link);

		for (const link of grid.flat())
			link?.setAttribute('tabindex', link === at ? 0 : -1);
	}

	#focus(target) {
		const grid = this.#grid();
		const row = grid.findIndex((links) => links.includes(target));

		if (row >= 0) {
			this.#at = [row, grid[row].indexOf(target)];
			this.#rove();
		}
		this.#tell(target);
	}

	/** Goes on in that direction over cells that are empty. */
	#key(event) {
		const way = moves[event.key];
		const grid = this.#grid();
		let [row, column] = this.#at;

		if (!way || event.altKey || event.ctrlKey || event.metaKey)
			return;
		event.preventDefault();
		do {
			row += way[0];
			column += way[1];
		} while (grid[row]?.[column] === null);
		grid[row]?.[column]?.focus();
	}

	/** Says all of a cell, and marks its row and column. */
	#tell(target) {
		const link = target.closest?.('.heat-cell');

		if (!link)
			return;
		const { cell } = link;

		replace(this.#told, h('strong', {}, model.agencyTitle(cell.agency)), ' × ',
			chapterTitle(cell.chapter), '　', t('heat.told', {
				percent: percent(cell.percent), expected: percent(cell.expected),
				gap: points(cell.gap), n: cell.tasks, lead: cell.lead,
				red: cell.red === null ? '' : t('heat.red', { n: cell.red }),
			}));
		this.#mark(link.parentElement);
	}

	#untell() {
		replace(this.#told, h('span', { class: 'quiet', text: t('heat.hint') }));
		this.#mark(null);
	}

	#mark(td) {
		for (const old of this.table.querySelectorAll('.marked'))
			old.classList.remove('marked');
		td?.parentElement.firstChild.classList.add('marked');
		if (td)
			this.table.tHead.rows[0].cells[td.cellIndex].classList.add('marked');
	}

	update({ scopes }) {
		if (scopes.size > 0)
			this.#show();
	}

	navigate({ params }) {
		return (params.sort ?? 'name') === this.sorting.word;
	}

	destroy() {}
}

export function title() {
	return t('heat.title');
}

export function mount(root, route, ctx) {
	return new Heat(root, route, ctx);
}
