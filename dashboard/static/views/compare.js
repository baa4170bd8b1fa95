/**
 * compare -- how every scope stood on two days, and what moved between them.
 */

import { dayName, dayNumber } from '../chart.js';
import { dayOf } from '../days.js';
import { gapOf } from '../derive.js';
import { attribute, h, move, replace, say, svg } from '../dom.js';
import { date, lightWord, longDate, percent, points } from '../format.js';
import { t } from '../i18n.js';
import '../i18n_more.js';
import '../print.js';
import { Source } from '../load.js';
import { model } from '../model.js';
import { scopeNumber, scopePath, scopeTitle } from '../scopes.js';
import { living, Sorting, tableOf, tableRow } from '../table.js';

/** Classes of cells that are not plain figures on the right. */
const look = { change: 'num strong', to: '' };
const kinds = ['chapter', 'section', 'agency', 'task'];
const presets = [7, 30, 90];

const columns = {
	change: { of: (row) => row.change, down: true },
	plan: { of: ({ place }) => place },
	from: { of: ({ from }) => from?.percent, down: true },
	to: { of: ({ to }) => to?.percent, down: true },
	due: { of: (row) => row.due, down: true },
	gap: { of: (row) => row.gap, down: true },
	verified: { of: (row) => row.verified, down: true },
};

function difference(from, to, key) {
	return from && to ? to[key] - from[key] : null;
}

function rowOf(entry, place) {
	const { from, to } = entry;

	return {
		...entry, place, name: `${entry.scope}/${entry.key}`,
		change: gapOf(to?.percent, from?.percent), due: gapOf(to?.expected, from?.expected),
		gap: gapOf(gapOf(to?.percent, to?.expected), gapOf(from?.percent, from?.expected)),
		verified: difference(from, to, 'verified'),
	};
}

const signed = (n) => (n === null ? '' : points(n).replace('.00', ''));

/** From one day to the other on a scale of 0 to 100, with what was expected on the second. */
function picture() {
	const track = svg('line', { x1: 0, x2: 200, y1: 8, y2: 8, class: 'way-track' });
	const way = svg('line', { y1: 8, y2: 8, class: 'way' });
	const from = svg('circle', { cy: 8, r: 3.5, class: 'way-from' });
	const to = svg('circle', { cy: 8, r: 4.5, class: 'way-to' });
	const mark = svg('line', { y1: 1, y2: 15, class: 'way-mark' });
	const node = svg('svg', { class: 'way-box', viewBox: '-5 0 210 16', width: 210, height: 16,
		'aria-hidden': 'true' }, track, way, mark, from, to);

	return { node, set: (row) => {
		const [a, b, e] = [row.from?.percent, row.to?.percent, row.to?.expected]
			.map((x) => (x ?? null) && x * 2);

		for (const [el, x] of [[from, a], [to, b]]) {
			attribute(el, 'cx', x ?? 0);
			attribute(el, 'visibility', x === null ? 'hidden' : null);
		}
		attribute(mark, 'x1', e ?? 0);
		attribute(mark, 'x2', e ?? 0);
		attribute(mark, 'visibility', e === null ? 'hidden' : null);
		attribute(way, 'x1', a ?? b ?? 0);
		attribute(way, 'x2', b ?? a ?? 0);
		attribute(way, 'class', row.change < 0 ? 'way way-back' : 'way');
	} };
}

/** The light then and now, as dots with words. */
function lightCell() {
	const lamp = () => h('span', { class: 'light' }, h('span', { class: 'light-dot',
		'aria-hidden': 'true' }), h('span', { class: 'light-word' }));
	const from = lamp(), to = lamp(), arrow = h('span', { class: 'quiet', text: ' → ' });
	const show = (el, light) => {
		attribute(el, 'data-light', light ?? 'grey');
		say(el.lastChild, light ? lightWord(light) : '–');
	};

	return { node: h('td', { class: 'lamp-cell nowrap' }, from, arrow, to), set: (row) => {
		const same = row.from?.light === row.to?.light;

		show(from, row.from?.light);
		show(to, row.to?.light);
		arrow.hidden = same;
		to.hidden = same;
	} };
}

function makeRow(ctx, { scope, key }) {
	const cells = Object.fromEntries(['from', 'to', 'change', 'due', 'gap', 'verified']
		.map((name) => [name, h('td', { class: `${look[name] ?? 'num'} ${name}-cell` })]));
	const way = picture(), lamp = lightCell();

	return {
		node: tableRow({ 'data-scope': scope },
			h('td', { class: 'num quiet' }, scopeNumber(scope, key)),
			h('th', { scope: 'row', class: 'title' }, h('a', { class: 'title-link',
				href: ctx.href(scopePath(scope, key)), text: scopeTitle(scope, key) })),
			cells.from, h('td', { class: 'way-cell' }, way.node), cells.to, cells.change,
			cells.due, cells.gap, lamp.node, cells.verified),
		set: (row) => {
			move(cells.from, percent(row.from?.percent));
			move(cells.to, percent(row.to?.percent));
			move(cells.change, points(row.change));
			say(cells.due, points(row.due));
			say(cells.gap, points(row.gap));
			say(cells.verified, row.verified ? signed(row.verified) : '');
			attribute(cells.change, 'data-way', row.change < 0 ? 'back' : null);
			way.set(row);
			lamp.set(row);
		},
	};
}

class Compare {
	#doc = null;
	#body = h('tbody');
	#overall = h('tbody', { class: 'overall' });
	#message = h('p', { class: 'empty', text: t('app.loading') });

	constructor(root, { params }, ctx) {
		this.ctx = ctx;
		this.root = root;
		this.kind = kinds.includes(params.scope) ? params.scope : kinds[0];
		this.asked = { from: params.from, to: params.to };
		this.sorting = new Sorting(columns, params.sort ?? '-change', () => {
			this.#address();
			this.#show();
		});
		this.first = new Source(ctx, 'trend?scope=overall', ({ days }) => {
			this.first.stop();
			this.#begin(days.map((d) => d.date));
		}, (error) => this.#fail(error));
		replace(root, this.#message);
	}

	/** days: all that can be compared, rising; the last one is today. */
	#begin(days) {
		const clamp = (day, other) => (days.includes(day) ? day : other);

		this.min = days[0];
		this.max = days.at(-1);
		this.to = clamp(this.asked.to, this.max);
		this.from = clamp(this.asked.from, this.#before(30));
		this.box = h('div', { class: 'scroll', role: 'region', tabindex: 0, hidden: true,
			'aria-label': t('compare.caption') }, this.#table());
		replace(this.root, this.#controls(), this.#message, this.box,
			h('p', { class: 'quiet small', text: t('compare.note') }));
		this.#fetch();
	}

	/** The day so many days before the second one, or the first there is. */
	#before(days) {
		const day = dayName(dayNumber(this.to) - days);

		return day < this.min ? this.min : day;
	}

	#dateField(name) {
		const field = h('input', { class: 'field', type: 'date', min: this.min, max: this.max,
			value: this[name], id: `compare-${name}`, required: true, on: { change: () => {
				if (!field.value || !field.reportValidity())
					return;
				this[name] = field.value;
				this.#address();
				this.#fetch();
			} } });

		this[`${name}Field`] = field;
		return h('label', { for: field.id }, t(`compare.${name}`), field);
	}

	#controls() {
		this.kindButtons = kinds.map((kind) => h('button', { type: 'button', 'aria-pressed':
			String(kind === this.kind), on: { click: () => this.#goKind(kind) },
		text: t(`scope.${kind}`) }));
		return h('div', { class: 'filters' }, this.#dateField('from'), this.#dateField('to'),
			h('div', { class: 'chips' }, presets.map((n) => h('button', { class: 'chip',
				type: 'button', text: t('compare.days', { n }), on: { click: () => {
					this.to = this.max;
					this.from = this.#before(n);
					this.fromField.value = this.from;
					this.toField.value = this.to;
					this.#address();
					this.#fetch();
				} } }))),
			h('div', { class: 'switch', role: 'group', 'aria-label': t('compare.kind') },
				this.kindButtons));
	}

	#table() {
		const head = (name) => this.sorting.head(name, t(`compare.${name}`), { class: 'num' });

		this.fromHead = head('from');
		this.toHead = this.sorting.head('to', t('compare.to'));
		return tableOf({ class: 'table compare' }, t('compare.caption'), h('thead', {}, h('tr', {},
				this.sorting.head('plan', t('compare.scope'), { colspan: 2 }),
				this.fromHead, h('td'), this.toHead, head('change'), head('due'), head('gap'),
				h('th', { scope: 'col', text: t('word.light') }), head('verified'))),
			this.#overall, this.#body);
	}

	#params() {
		return {
			from: this.from, to: this.to === this.max ? '' : this.to,
			scope: this.kind === kinds[0] ? '' : this.kind,
			sort: this.sorting.word === '-change' ? '' : this.sorting.word,
		};
	}

	#address() {
		this.ctx.go('/compare', this.#params(), { replace: true });
	}

	#goKind(kind) {
		this.kind = kind;
		this.kindButtons.forEach((button, i) =>
			attribute(button, 'aria-pressed', String(kinds[i] === kind)));
		this.#address();
		this.#show();
	}

	#fetch() {
		this.source?.stop();
		this.source = new Source(this.ctx, `compare?from=${this.from}&to=${this.to}`, (doc) => {
			this.#doc = doc;
			this.#message.hidden = true;
			this.box.hidden = false;
			this.#show();
		}, (error) => this.#fail(error));
	}

	#fail(error) {
		this.#message.hidden = false;
		say(this.#message, t('app.failed', { message: error.message }));
	}

	#show() {
		if (!this.#doc)
			return;
		const rows = this.#doc.scopes.map(rowOf);
		const make = (row) => makeRow(this.ctx, row);

		say(this.fromHead.firstChild, longDate(this.#doc.from));
		say(this.toHead.firstChild, longDate(this.#doc.to)
			+ (this.#doc.to === this.max ? t('days.so_far') : ''));
		living(this.#overall, rows.filter((r) => r.scope === 'overall'), (r) => r.name, make);
		living(this.#body, this.sorting.sort(rows.filter((r) => r.scope === this.kind)),
			(r) => r.name, make);
	}

	/** Today's figures move: when they do, and today is compared, they are asked for again. */
	update({ scopes }) {
		if (!this.#doc || this.to !== this.max || scopes.size === 0)
			return;
		const today = date(model.get('overall').as_of);

		if (today === this.max)
			this.#today(scopes);
	}

	/** Puts what has moved in place of what the server had said of today. */
	#today(scopes) {
		for (const entry of this.#doc.scopes) {
			const name = entry.key === '' ? entry.scope : `${entry.scope}/${entry.key}`;
			const data = scopes.has(name) ? model.get(name) : null;

			if (data)
				entry.to = dayOf(data);
		}
		this.#show();
	}

	navigate({ params }) {
		return this.max !== undefined && Object.entries(this.#params()).every(([k, v]) =>
			(params[k] ?? '') === v);
	}

	destroy() {
		this.first.stop();
		this.source?.stop();
	}
}

export function title() {
	return t('compare.title');
}

export function mount(root, route, ctx) {
	return new Compare(root, route, ctx);
}
