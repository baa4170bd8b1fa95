/**
 * agencies -- all agencies: their own progress, what they lead and take part in, how they
 * report, when they were last heard. An agency's own page is agency.js.
 */

import { bar, light, setBar, setLight } from '../bar.js';
import { lastHeard } from '../derive.js';
import { h, move, replace, say } from '../dom.js';
import { LightChips, lightsOf, matches, textFilter } from '../filters.js';
import { ago, datetime, percent, periodName, points, share } from '../format.js';
import { t } from '../i18n.js';
import '../i18n_more.js';
import '../print.js';
import { model } from '../model.js';
import { living, Sorting, tableOf, tableRow } from '../table.js';
import * as agency from './agency.js';

const severity = ['blue', 'green', 'grey', 'yellow', 'red'];

const rate = (key, what) => ({ data }) => (data[key]?.expected
	? data[key][what] / data[key].expected : null);

/** How the rows can be sorted; the first one is the usual order. */
const columns = {
	gap: { of: ({ data }) => data.gap },
	name: { of: ({ place }) => place },
	own: { of: ({ data }) => data.own.percent },
	light: { of: ({ data }) => severity.indexOf(data.light), down: true },
	lead: { of: ({ data }) => data.lead.percent },
	participant: { of: ({ data }) => data.participant.percent },
	reported: { of: rate('period', 'reported') },
	on_time: { of: rate('period', 'on_time') },
	last_reported: { of: rate('last_period', 'reported') },
	last_on_time: { of: rate('last_period', 'on_time') },
	heard: { of: ({ heard }) => heard ?? 0 },
};

function rowsOf() {
	const heard = lastHeard();

	return model.agencies().map((one, place) => ({
		place, agency: one, heard: heard.get(one.id), data: model.get(`agency/${one.id}`),
	})).filter(({ data }) => data);
}

/** A share and the counts behind it. */
function rateCell() {
	const rateText = h('span'), counts = h('span', { class: 'of' });

	return {
		node: h('td', { class: 'num' }, rateText, ' ', counts),
		set: (period, what) => {
			move(rateText, share(period?.[what] ?? 0, period?.expected));
			say(counts, period?.expected ? `${period[what]}/${period.expected}` : '');
		},
	};
}

function figureCell() {
	const value = h('span'), count = h('span', { class: 'of' });

	return {
		node: h('td', { class: 'num' }, value, ' ', count),
		set: (figure) => {
			move(value, percent(figure.percent));
			say(count, figure.tasks ? t('agencies.tasks', { n: figure.tasks }) : '');
		},
	};
}

/** "3 days ago", with the moment itself behind it. */
function sayHeard(cell, heard) {
	say(cell, heard ? ago(heard) : t('agencies.never'));
	cell.title = heard ? datetime(heard) : '';
	cell.classList.toggle('never', !heard);
}

function makeRow(ctx, { agency: { id } }) {
	const name = h('a', { class: 'title-link', href: ctx.href(`/agency/${id}`) });
	const own = h('td', { class: 'num strong' });
	const gap = h('td', { class: 'num gap-cell' });
	const line = bar(), lamp = light();
	const lead = figureCell(), participant = figureCell();
	const rates = [rateCell(), rateCell(), rateCell(), rateCell()];
	const heard = h('td', { class: 'num heard-cell' });

	return {
		node: tableRow({}, h('th', { scope: 'row', class: 'name' }, name),
			h('td', { class: 'bar-cell' }, line), own, gap, h('td', { class: 'lamp-cell' }, lamp),
			lead.node, participant.node, rates.map((r) => r.node), heard),
		set: ({ agency: one, data, heard: last }) => {
			say(name, model.title(one));
			setBar(line, data);
			move(own, percent(data.own.percent));
			move(gap, points(data.gap));
			setLight(lamp, data);
			lead.set(data.lead);
			participant.set(data.participant);
			rates[0].set(data.period, 'reported');
			rates[1].set(data.period, 'on_time');
			rates[2].set(data.last_period, 'reported');
			rates[3].set(data.last_period, 'on_time');
			sayHeard(heard, last);
		},
	};
}

/** The heads of a period's two columns, under its name. */
function periodHead(key) {
	const period = model.get('overall')?.[key];

	return h('th', { scope: 'colgroup', colspan: 2, class: 'group' }, t(`agencies.${key}`),
		h('span', { class: 'of' }, period ? ` ${periodName(period.name)}` : ''));
}

function head(sorting) {
	const tall = { rowspan: 2 };
	const number = { class: 'num' };

	return h('thead', {},
		h('tr', {},
			sorting.head('name', t('word.agency'), tall),
			sorting.head('own', t('word.own'), { ...tall, colspan: 2 }),
			sorting.head('gap', t('word.gap'), { ...tall, ...number }),
			sorting.head('light', t('word.light'), tall),
			sorting.head('lead', t('agencies.lead'), { ...tall, ...number }),
			sorting.head('participant', t('agencies.participant'), { ...tall, ...number }),
			periodHead('period'), periodHead('last_period'),
			sorting.head('heard', t('agencies.heard'), { ...tall, ...number })),
		h('tr', {},
			sorting.head('reported', t('agencies.reported'), number),
			sorting.head('on_time', t('agencies.on_time'), number),
			sorting.head('last_reported', t('agencies.reported'), number),
			sorting.head('last_on_time', t('agencies.on_time'), number)));
}

/** How many rows have each light. */
function countLights(rows) {
	const counted = new Map();

	for (const { data } of rows)
		counted.set(data.light, (counted.get(data.light) ?? 0) + 1);
	return counted;
}

class Agencies {
	#body = h('tbody');
	#found = h('p', { class: 'quiet small', role: 'status' });
	#none = h('p', { class: 'empty', text: t('agencies.none') });

	constructor(root, route, ctx) {
		const { params } = route;

		this.ctx = ctx;
		this.words = params.q ?? '';
		this.sorting = new Sorting(columns, params.sort, () => this.#changed());
		this.chips = new LightChips(lightsOf(params.light), () => this.#changed());
		replace(root,
			h('div', { class: 'filters' },
				textFilter(t('agencies.filter'), this.words, (words) => {
					this.words = words;
					this.#changed();
				}), this.chips.node, this.#found),
			h('div', { class: 'scroll', role: 'region', tabindex: 0,
				'aria-label': t('agencies.caption') },
			tableOf({ class: 'table agencies' }, t('agencies.caption'), head(this.sorting),
				this.#body)), this.#none);
		this.#show();
	}

	/** What stands in the address. */
	#params() {
		return {
			q: this.words, light: [...this.chips.chosen].join(','),
			sort: this.sorting.word === 'gap' ? '' : this.sorting.word,
		};
	}

	#changed() {
		this.ctx.go('/agencies', this.#params(), { replace: true });
		this.#show();
	}

	#show() {
		const all = rowsOf().filter(({ agency: a }) => matches(this.words, a.id, a.zh, a.en));
		const shown = all.filter(({ data }) => this.chips.test(data.light));

		this.chips.count(countLights(all));
		living(this.#body, this.sorting.sort(shown), ({ agency: a }) => a.id,
			(row) => makeRow(this.ctx, row));
		say(this.#found, t('agencies.found', { n: shown.length, of: model.agencies().length }));
		this.#none.hidden = shown.length > 0;
	}

	update({ scopes, all }) {
		if (all || scopes.size > 0)
			this.#show();
	}

	/** True for the address that this view made itself. */
	navigate({ name, key, params }) {
		return name === 'agencies' && key === ''
			&& Object.entries(this.#params()).every(([k, v]) => (params[k] ?? '') === v);
	}

	destroy() {}
}

export function title(route) {
	return route.key ? agency.title(route) : t('agencies.title');
}

export function mount(root, route, ctx) {
	return route.key ? agency.mount(root, route, ctx) : new Agencies(root, route, ctx);
}
