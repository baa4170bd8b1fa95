/**
 * overview -- how the plan stands in three seconds: the whole, its chapters, what costs
 * most, who needs attention, what just changed.
 */

import { bar, light, setBar, setLight } from '../bar.js';
import { concerns, flags, troubledAgencies } from '../concerns.js';
import { h, move, note, say } from '../dom.js';
import { announcement, emptyWords, feedRow, setAgo } from '../feed_row.js';
import { percent, points } from '../format.js';
import { announce } from '../frame.js';
import { t } from '../i18n.js';
import { itemKey, model } from '../model.js';
import { href } from '../route.js';
import { living } from '../table.js';
import { Whole } from '../whole.js';

const worstMax = 8;
const agenciesMax = 14;
const feedMax = 8;
const announceMs = 10000;
const namedMax = { zh: 2, en: 1 }; /* agencies of a task: names in English are long */

export function title() {
	return t('overview.title');
}

/* Blocks */

/** A section with a heading, a link at its right end and what make() gives. */
function block(id, heading, link, ...children) {
	return h('section', { class: `block block-${id}`, 'aria-labelledby': `block-${id}` },
		h('div', { class: 'block-head' }, h('h2', { id: `block-${id}` }, heading),
			link && h('span', { class: 'end' }, link)), children);
}

function heads(...names) {
	return h('thead', {}, h('tr', {}, names.map(([name, cls]) =>
		h('th', { scope: 'col', class: cls }, name))));
}

function barHead() {
	return h('span', { class: 'hidden' }, t('overview.bar_head'));
}

function lightCounts(key) {
	const of = model.tasks().filter((task) => String(task.chapter.number) === key)
		.map((task) => model.get(`task/${task.number}`)?.light);
	const n = (name) => of.filter((x) => x === name).length;

	return [n('red'), n('yellow')];
}

function chapterRow({ number, ...chapter }) {
	const data = model.get(`chapter/${number}`);
	const cells = { bar: bar(data), percent: h('td', { class: 'num strong' }),
		expected: h('td', { class: 'num quiet wide-only' }), gap: h('td', { class: 'num' }),
		light: light(data), red: h('td', { class: 'num' }), yellow: h('td', { class: 'num' }) };
	const node = h('tr', {},
		h('th', { scope: 'row' }, h('a', { class: 'title-link', href: href(`/chapter/${number}`) },
			h('span', { class: 'no' }, number), ' ', h('span', {}, model.title(chapter)))),
		h('td', { class: 'cell-bar' }, cells.bar), cells.percent, cells.expected, cells.gap,
		h('td', { class: 'cell-light' }, cells.light), cells.red, cells.yellow);

	function set() {
		const now = model.get(`chapter/${number}`);
		const [red, yellow] = lightCounts(String(number));

		setBar(cells.bar, now);
		move(cells.percent, percent(now?.percent));
		say(cells.expected, percent(now?.expected));
		move(cells.gap, points(now?.gap));
		setLight(cells.light, now);
		move(cells.red, red || '');
		move(cells.yellow, yellow || '');
	}

	return { node, set };
}

function worstRow(first) {
	const cells = { effect: h('td', { class: 'num strong' }), light: light(first.data),
		who: h('p', { class: 'row-who' }), percent: h('td', { class: 'num' }) };
	const { number } = first.task;
	const node = h('tr', {}, cells.effect,
		h('th', { scope: 'row' }, h('a', { class: 'title-link', href: href(`/task/${number}`) },
			h('span', { class: 'no' }, number), ' ', h('span', {}, model.title(first.task))), cells.who),
		cells.percent, h('td', { class: 'cell-light' }, cells.light));

	function set(c) {
		move(cells.effect, points(c.effect));
		move(cells.percent, percent(c.data.percent));
		setLight(cells.light, c.data);
		say(cells.who, [agenciesText(c.agencies), ...flags(c).map((kind) => t(`kind.${kind}`))]
			.join(' · '));
	}

	return { node, set };
}

function agenciesText(ids) {
	const max = namedMax[model.lang];
	const named = ids.slice(0, max).map((id) => model.agencyTitle(id)).join(t('word.comma'));

	return ids.length > max ? `${named}${t('word.others', { n: ids.length })}` : named;
}

function agencyRow({ agency, data }) {
	const cells = { bar: bar(data), own: h('td', { class: 'num strong' }),
		gap: h('td', { class: 'num' }), light: light(data),
		missed: h('td', { class: 'num' }), blocked: h('td', { class: 'num' }),
		help: h('td', { class: 'num' }) };
	const node = h('tr', {},
		h('th', { scope: 'row' }, h('a', { class: 'title-link', href: href(`/agency/${agency.id}`) },
			model.title(agency))),
		h('td', { class: 'cell-bar' }, cells.bar), cells.own, cells.gap,
		h('td', { class: 'cell-light' }, cells.light), cells.missed, cells.blocked, cells.help);

	function set(row) {
		setBar(cells.bar, row.data);
		move(cells.own, percent(row.data.own.percent));
		move(cells.gap, points(row.data.gap));
		setLight(cells.light, row.data);
		for (const name of ['missed', 'blocked', 'help'])
			move(cells[name], row[name] || '');
	}

	return { node, set };
}

class Overview {
	#whole = new Whole();
	#chapters = h('tbody');
	#worst = h('tbody');
	#worstNone = h('p', { class: 'empty', hidden: true });
	#worstAll = h('a', { href: href('/exceptions') });
	#agencies = h('tbody');
	#agenciesNone = h('p', { class: 'empty', hidden: true });
	#feed = h('ol', { class: 'feed' });
	#feedNone = h('p', { class: 'empty', hidden: true });
	#announced = performance.now();
	#clock = setInterval(() => this.#ages(), 5000);

	constructor(root) {
		root.append(this.#whole.node, h('div', { class: 'columns' },
			h('div', { class: 'column' }, this.#chaptersBlock(), this.#agenciesBlock()),
			h('div', { class: 'column' }, this.#worstBlock(), this.#feedBlock())));
		this.#all();
	}

	#chaptersBlock() {
		return block('chapters', t('overview.chapters'),
			h('a', { href: href('/chapters') }, t('overview.chapters_all')),
			h('table', { class: 'table' }, heads([t('word.chapter')], [barHead(), 'cell-bar'],
				[t('word.percent'), 'num'], [t('word.expected'), 'num wide-only'],
				[t('word.gap'), 'num'], [t('word.light')], [t('lamp.red'), 'num'],
				[t('lamp.yellow'), 'num']), this.#chapters));
	}

	#worstBlock() {
		return block('worst', t('overview.worst'), this.#worstAll,
			h('table', { class: 'table' }, heads([t('word.cost'), 'num'], [t('word.task')],
				[t('word.percent'), 'num'], [t('word.light')]), this.#worst), this.#worstNone,
			h('p', { class: 'note' }, t('overview.cost_note')));
	}

	#agenciesBlock() {
		return block('agencies', t('overview.agencies'), h('a', { href: href('/agencies') },
			t('overview.agencies_all', { n: model.agencies().length })),
		h('table', { class: 'table' }, heads([t('word.agency')], [barHead(), 'cell-bar'],
			[t('word.own'), 'num'], [t('word.gap'), 'num'], [t('word.light')],
			[t('kind.missed'), 'num'], [t('kind.blocked'), 'num'], [t('kind.help'), 'num']),
		this.#agencies), this.#agenciesNone);
	}

	#feedBlock() {
		return block('feed', t('overview.feed'),
			h('a', { href: href('/feed') }, t('overview.feed_all')), this.#feed, this.#feedNone);
	}

	#all() {
		this.#whole.set();
		living(this.#chapters, model.plan.chapters, (c) => c.number, chapterRow);
		this.#concerns();
		this.#records();
	}

	#concerns() {
		const all = concerns();
		const worst = all.filter((c) => c.effect < 0).slice(0, worstMax);
		const agencies = troubledAgencies().slice(0, agenciesMax);

		say(this.#worstAll, t('overview.worst_all', { n: all.length }));
		living(this.#worst, worst, (c) => c.task.number, worstRow);
		note(this.#worstNone, worst.length ? ''
			: t(all.length ? 'overview.worst_level' : 'overview.worst_none'));
		living(this.#agencies, agencies, (row) => row.agency.id, agencyRow);
		note(this.#agenciesNone, agencies.length ? '' : t('overview.agencies_none'));
	}

	#records() {
		living(this.#feed, model.feed.slice(0, feedMax), itemKey, (item) => {
			const node = feedRow(item);

			return { node, set: () => setAgo(node, item) };
		});
		note(this.#feedNone, model.feed.length ? '' : emptyWords());
	}

	#ages() {
		this.#records();
	}

	/** Not each record: a stream of them would be all that a screen reader says. */
	#announce(records) {
		const now = performance.now();

		if (records.length === 0 || now - this.#announced < announceMs)
			return;
		this.#announced = now;
		announce(announcement(records.at(-1)));
	}

	update(change) {
		if (change.scopes.size || change.alerts) {
			this.#whole.set();
			living(this.#chapters, model.plan.chapters, (c) => c.number, chapterRow);
			this.#concerns();
		}
		if (change.records.length) {
			this.#records();
			this.#announce(change.records);
		}
	}

	destroy() {
		clearInterval(this.#clock);
	}
}

export function mount(root) {
	return new Overview(root);
}
