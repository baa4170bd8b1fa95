/**
 * trend -- how a scope went, day by day: completion against what was expected, tasks done,
 * reporting; and the same figures as a table.
 */

import { DayCharts, dayOf } from '../days.js';
import { gapOf } from '../derive.js';
import { attribute, h, replace, say } from '../dom.js';
import { lightWord, percent, points } from '../format.js';
import { t } from '../i18n.js';
import '../i18n_more.js';
import '../print.js';
import { Source } from '../load.js';
import { model } from '../model.js';
import { scopePath, scopePicker, scopeTitle, splitScope } from '../scopes.js';

const turnMs = 2000; /* within which all viewers ask for a day that is over */
/** How many days are shown; 0: the whole plan. */
const spans = [0, 90, 30];
/** The columns of the table behind the charts. */
const columns = [
	['date', (d) => d.date], ['percent', (d) => percent(d.percent)],
	['expected', (d) => percent(d.expected)],
	['gap', (d) => points(gapOf(d.percent, d.expected))], ['light', (d) => lightWord(d.light)],
	['included', (d) => d.included], ['verified', (d) => d.verified],
	['completed', (d) => d.completed], ['obligations', (d) => d.obligations],
	['reported', (d) => d.reported],
];

function daysTable(days) {
	const side = (name) => (name === 'light' ? null : 'num');

	return h('table', { class: 'table days-table' },
		h('caption', { class: 'hidden', text: t('trend.table') }),
		h('thead', {}, h('tr', {}, columns.map(([name]) =>
			h('th', { scope: 'col', class: side(name), text: t(`days.${name}`) })))),
		h('tbody', {}, days.toReversed().map((day) => h('tr', {}, columns.map(([name, of], i) =>
			h(i === 0 ? 'th' : 'td', { scope: i === 0 ? 'row' : null, class: side(name),
				text: of(day) }))))));
}

class Trend {
	#days = null;
	#message = h('p', { class: 'empty', text: t('app.loading') });
	#table = h('div', { class: 'scroll tall', role: 'region', tabindex: 0,
		'aria-label': t('trend.table') });
	#open = h('a', { href: '' });

	constructor(root, { params }, ctx) {
		this.ctx = ctx;
		this.scope = params.scope || 'overall';
		this.span = spans.find((n) => String(n) === params.days) ?? 0;
		const panels = this.scope.startsWith('task/')
			? ['progress', 'reporting'] : ['progress', 'tasks', 'reporting'];

		this.charts = new DayCharts(panels, { height: 220 });
		this.details = h('details', { class: 'days-details', on: {
			toggle: () => this.#showTable(),
		} }, h('summary', { text: t('trend.table') }), this.#table);
		this.body = h('div', { hidden: true }, this.charts.node, this.details);
		replace(root, this.#controls(), this.#message, this.body);
		this.#fetch();
	}

	#controls() {
		const [scope, key] = splitScope(this.scope);
		const switches = spans.map((n) => h('button', { type: 'button',
			'aria-pressed': String(n === this.span), on: { click: () => this.#goSpan(n) },
			text: n ? t('trend.last', { n }) : t('trend.whole') }));

		this.switches = switches;
		attribute(this.#open, 'href', this.ctx.href(scopePath(scope, key)));
		say(this.#open, t('trend.open', { title: scopeTitle(scope, key) }));
		return h('div', { class: 'filters' },
			h('label', { for: 'scope-picker' }, t('trend.scope')),
			scopePicker(this.scope, (name) => this.ctx.go('/trend', this.#params(name, this.span))),
			h('div', { class: 'switch', role: 'group', 'aria-label': t('trend.span') }, switches),
			this.#open);
	}

	#params(scope, span) {
		return { scope: scope === 'overall' ? '' : scope, days: span || '' };
	}

	#goSpan(span) {
		this.span = span;
		this.switches.forEach((button, i) =>
			attribute(button, 'aria-pressed', String(spans[i] === span)));
		this.ctx.go('/trend', this.#params(this.scope, span), { replace: true });
		this.#show();
	}

	#fetch() {
		this.source = new Source(this.ctx, `trend?scope=${encodeURI(this.scope)}`, ({ days }) => {
			this.#days = days.filter((d) => !d.so_far);
			this.#message.hidden = true;
			this.body.hidden = false;
			this.#show();
		}, (error) => say(this.#message, t('app.failed', { message: error.message })));
	}

	/** The days that are over, and today as it stands now. */
	#all() {
		const data = model.get(this.scope);

		return data ? [...this.#days, dayOf(data)] : this.#days;
	}

	#show() {
		if (!this.#days)
			return;
		this.charts.show(this.#all(), this.span);
		this.#showTable();
	}

	#showTable() {
		if (this.details.open)
			replace(this.#table, daysTable(this.#all()));
	}

	update({ scopes }) {
		const last = this.#days?.at(-1)?.date;

		if (!scopes.has(this.scope) || !this.#days)
			return;
		// Another day has begun: the one before is a whole one now.
		if (last && Date.parse(dayOf(model.get(this.scope)).date) - Date.parse(last) > 86400000)
			this.source.refreshWithin(turnMs);
		else
			this.#show();
	}

	navigate({ params }) {
		return (params.scope || 'overall') === this.scope
			&& (params.days ?? '') === String(this.span || '');
	}

	destroy() {
		this.source.stop();
		this.charts.destroy();
	}
}

export function title({ params }) {
	const [scope, key] = splitScope(params.scope || 'overall');

	return t('trend.title', { title: scopeTitle(scope, key) || params.scope });
}

export function mount(root, route, ctx) {
	return new Trend(root, route, ctx);
}
