/**
 * periods -- agencies by reporting periods: how many obligations were reported on time,
 * late, not at all; with the sums of each agency and of each period.
 */

import { attribute, h, replace, say } from '../dom.js';
import { periodName, share, shortDate } from '../format.js';
import { t } from '../i18n.js';
import '../i18n_more.js';
import '../print.js';
import { Source } from '../load.js';
import { model } from '../model.js';
import { legend, periodCell, sumOf } from '../period_cell.js';
import { living, Sorting } from '../table.js';

const againMs = 2000;
const many = 6; /* periods, more than which do not fit beside each other */

const rate = (key) => ({ sum }) => (sum ? (sum.expected - sum[key]) / sum.expected : null);

const columns = {
	name: { of: ({ place }) => place },
	reported: { of: rate('missed') },
	on_time: { of: ({ sum }) => (sum ? sum.on_time / sum.expected : null) },
	missed: { of: ({ sum }) => sum?.missed ?? null, down: true },
};

/** The rows with what each agency did in all periods that are due. */
function rowsOf({ periods, agencies }) {
	return agencies.map(({ agency, cells }, place) => ({
		agency, cells, place, sum: sumOf(cells.filter((c, i) => periods[i].state === 'due')),
	}));
}

/** Replaces a cell's content if it differs. */
function fill(td, cell, state) {
	const word = `${JSON.stringify(cell)} ${state}`;

	if (td.dataset.shown === word)
		return;
	td.dataset.shown = word;
	replace(td, periodCell(cell, state));
}

/** The two rates and the count of what is missing, as cells. */
function sumCells() {
	const cells = [0, 1, 2].map(() => h('td', { class: 'num' }));

	return { cells, set: (sum) => {
		say(cells[0], sum ? share(sum.expected - sum.missed, sum.expected) : '–');
		say(cells[1], sum ? share(sum.on_time, sum.expected) : '–');
		say(cells[2], sum ? sum.missed || '' : '–');
	} };
}

class Periods {
	#doc = null;
	#timer = 0;
	#body = h('tbody');
	#foot = h('tfoot');
	#message = h('p', { class: 'empty', text: t('app.loading') });

	constructor(root, route, ctx) {
		this.ctx = ctx;
		this.sorting = new Sorting(columns, route.params.sort, (word) => {
			ctx.go('/periods', { sort: word === 'name' ? '' : word }, { replace: true });
			this.#show();
		});
		this.head = h('thead');
		this.box = h('div', { class: 'scroll', role: 'region', tabindex: 0, hidden: true,
			'aria-label': t('periods.caption') }, h('table', { class: 'table periods' },
			h('caption', { class: 'hidden', text: t('periods.caption') }), this.head, this.#body,
			this.#foot));
		this.note = h('p', { class: 'quiet small' });
		replace(root, h('div', { class: 'filters' }, legend()), this.#message, this.box, this.note);
		this.source = new Source(ctx, 'periods', (doc) => this.#got(doc), (error) =>
			say(this.#message, t('app.failed', { message: error.message })));
	}

	#got(doc) {
		this.#doc = doc;
		this.#message.hidden = true;
		this.box.hidden = false;
		this.box.classList.add(doc.periods.length > many ? 'many' : 'few');
		say(this.note, t('periods.note', { n: doc.due_days }));
		this.#showHead();
		this.#show();
	}

	#showHead() {
		const noon = (day) => Date.parse(`${day}T12:00:00Z`);
		const state = (p) => t(`periods.state_${p.state}`, { due: shortDate(noon(p.due)) });

		replace(this.head, h('tr', {}, this.sorting.head('name', t('word.agency')),
			this.#doc.periods.map((p) => h('th', { scope: 'col', 'data-state': p.state },
				periodName(p.name), h('span', { class: 'of', text: state(p) }))),
			this.sorting.head('reported', t('periods.rate'), { class: 'num' }),
			this.sorting.head('on_time', t('periods.on_time_rate'), { class: 'num' }),
			this.sorting.head('missed', t('periods.missed_all'), { class: 'num' })));
	}

	#row({ agency }) {
		const name = h('a', { class: 'title-link', href: this.ctx.href(`/agency/${agency}`) });
		const cells = this.#doc.periods.map(() => h('td', { class: 'period' }));
		const sums = sumCells();

		return {
			node: h('tr', {}, h('th', { scope: 'row', class: 'name' }, name), cells, sums.cells),
			set: (row) => {
				say(name, model.agencyTitle(agency));
				cells.forEach((td, i) => {
					attribute(td, 'data-state', this.#doc.periods[i]?.state);
					fill(td, row.cells[i] ?? null, this.#doc.periods[i]?.state);
				});
				sums.set(row.sum);
			},
		};
	}

	#showFoot(rows) {
		const sums = sumCells();
		const { periods } = this.#doc;

		sums.set(sumOf(rows.map((r) => r.sum)));
		replace(this.#foot, h('tr', {}, h('th', { scope: 'row', text: t('periods.sum') }),
			periods.map((p, i) => h('td', { class: 'period', 'data-state': p.state },
				periodCell(sumOf(rows.map((r) => r.cells[i])), p.state))), sums.cells));
	}

	#show() {
		if (!this.#doc)
			return;
		const rows = rowsOf(this.#doc);

		living(this.#body, this.sorting.sort(rows), ({ agency }) => agency,
			(row) => this.#row(row));
		this.#showFoot(rows);
	}

	/** New records change the counts; they are asked for at most every two seconds. */
	update({ records }) {
		if (records.length === 0 || this.#timer)
			return;
		this.#timer = setTimeout(() => {
			this.#timer = 0;
			this.source.refresh();
		}, againMs);
	}

	navigate({ params }) {
		return (params.sort ?? 'name') === this.sorting.word;
	}

	destroy() {
		clearTimeout(this.#timer);
		this.source.stop();
	}
}

export function title() {
	return t('periods.title');
}

export function mount(root, route, ctx) {
	return new Periods(root, route, ctx);
}
