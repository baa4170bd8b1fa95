/**
 * exceptions -- all tasks that the office should look at, what costs the plan most first,
 * and the chapters, sections and agencies that are red.
 */

import { bar, light, setBar, setLight } from '../bar.js';
import { concerns, flags, kinds, redSince } from '../concerns.js';
import { attribute, h, move, note, replace, say } from '../dom.js';
import { textFilter } from '../filters.js';
import { percent, points, shortDate, daysSince } from '../format.js';
import { t } from '../i18n.js';
import { model } from '../model.js';
import { agencyPicker } from '../picker.js';
import { go, href, listed } from '../route.js';
import { taskFits } from '../search.js';
import { living } from '../table.js';

const agenciesMax = 4;
const lampOf = { red: 'red', yellow: 'yellow' };

export function title() {
	return t('exceptions.title');
}

/* Rows */

function agencyLinks(c) {
	const links = c.agencies.slice(0, agenciesMax).flatMap((id, i) => [i ? t('word.comma') : '',
		h('a', { href: href(`/agency/${id}`) }, model.agencyTitle(id))]);

	return c.agencies.length > agenciesMax
		? [...links, t('word.others', { n: c.agencies.length })] : links;
}

function marks(c) {
	return flags(c).map((kind) => h('span', { class: `mark mark-${kind}` }, kind === 'overdue'
		? t('reason.overdue_days', { n: c.data.overdue_days }) : t(`kind.${kind}`)));
}

function sinceWords(ms) {
	return ms === undefined ? '' : shortDate(ms);
}

/** A column's name beside the figure, where there is no room for heads. */
function label(key) {
	return h('span', { class: 'narrow-only' }, `${t(key)} `);
}

function row(c) {
	const td = (cls) => h('td', { role: 'cell', class: cls });
	const cells = { effect: h('span'), percent: td('num'), gap: td('num'),
		who: td('cell-who among'), since: h('span'), marks: h('span', { class: 'marks' }),
		bar: bar(c.data), light: light(c.data) };
	const { number } = c.task;
	const node = h('tr', { role: 'row' },
		h('td', { role: 'cell', class: 'num strong cell-effect' }, label('word.cost'), cells.effect),
		h('th', { scope: 'row', role: 'rowheader', class: 'cell-task' },
			h('a', { class: 'title-link', href: href(`/task/${number}`) },
				h('span', { class: 'no' }, number), ' ', h('span', {}, model.title(c.task)))),
		h('td', { role: 'cell', class: 'cell-bar' }, cells.bar), cells.percent, cells.gap,
		h('td', { role: 'cell', class: 'cell-light' },
			h('div', { class: 'lamps' }, cells.light, cells.marks)),
		cells.who,
		h('td', { role: 'cell', class: 'cell-since' }, label('word.since'), cells.since));

	return { node, set: (now) => setRow(cells, now) };
}

function setRow(cells, c) {
	const who = c.agencies.join();
	const has = `${flags(c).join()} ${c.data.overdue_days}`;

	move(cells.effect, points(c.effect));
	move(cells.percent, percent(c.data.percent));
	move(cells.gap, points(c.data.gap));
	setBar(cells.bar, c.data);
	setLight(cells.light, c.data);
	say(cells.since, sinceWords(c.since));
	attribute(cells.since, 'title', c.since && t('word.days', { n: daysSince(c.since) }));
	if (cells.marks.dataset.has !== has) {
		replace(cells.marks, marks(c));
		cells.marks.dataset.has = has;
	}
	if (cells.who.dataset.who !== who) {
		replace(cells.who, agencyLinks(c));
		cells.who.dataset.who = who;
	}
}

/* Chapters, sections and agencies that are red */

const pathOf = { overall: () => '/', chapter: (key) => `/chapter/${key}`,
	section: (key) => `/section/${key}`, agency: (key) => `/agency/${key}` };

function scopeTitle({ scope, key }) {
	const [number, section] = key.split('.').map(Number);
	const chapter = model.plan.chapters.find((c) => c.number === number);

	if (scope === 'overall')
		return t('scope.overall');
	if (scope === 'agency')
		return model.agencyTitle(key);
	return `${key} ${model.title(scope === 'chapter' ? chapter
		: chapter?.sections?.find((s) => s.number === section))}`;
}

/** Summaries of all scopes above tasks that are red, as the plan orders them. */
function redScopes() {
	const names = ['overall'];

	for (const c of model.plan.chapters) {
		names.push(`chapter/${c.number}`,
			...(c.sections ?? []).map((s) => `section/${c.number}.${s.number}`));
	}
	names.push(...model.agencies().map((a) => `agency/${a.id}`));
	return names.map((name) => model.get(name)).filter((data) => data?.light === 'red');
}

function scopeRow(first) {
	const cells = { gap: h('span', { class: 'num strong' }), light: light(first),
		since: h('span', { class: 'since' }) };
	const node = h('li', { class: 'red-scope' },
		h('a', { class: 'title-link', href: href(pathOf[first.scope](first.key)) },
			scopeTitle(first)), cells.gap, cells.light, cells.since);

	function set(data) {
		const since = redSince(data);

		move(cells.gap, points(data.gap));
		setLight(cells.light, data);
		say(cells.since, since ? t('word.since_when', { when: shortDate(since) }) : '');
	}

	return { node, set };
}

/* The view */

class Exceptions {
	#body = h('tbody', { role: 'rowgroup' });
	#none = h('p', { class: 'empty', hidden: true });
	#sum = h('p', { class: 'quiet small', role: 'status' });
	#clear = h('a', { href: href('/exceptions'), hidden: true }, t('filter.clear'));
	#chips = new Map();
	#scopes = h('ul', { class: 'red-scopes' });
	#scopesBlock = h('section', { class: 'block', 'aria-labelledby': 'red-scopes' },
		h('div', { class: 'block-head' }, h('h2', { id: 'red-scopes' }, t('exceptions.scopes'))),
		this.#scopes);

	constructor(root, { params }) {
		this.kinds = new Set([...listed(params.kind)].filter((x) => kinds.includes(x)));
		this.agency = model.agency(params.agency) ? params.agency : '';
		this.q = params.q ?? '';
		root.append(this.#filters(), this.#sum, this.#table(), this.#none, this.#scopesBlock);
		this.#show();
	}

	#chip(kind) {
		const count = h('span', { class: 'num' });
		const node = h('button', { class: 'chip', type: 'button', 'data-light': lampOf[kind],
			'aria-pressed': String(this.kinds.has(kind)), on: { click: () => this.#press(kind) } },
		lampOf[kind] && h('span', { class: 'light-dot', 'aria-hidden': 'true' }),
		t(`kind.${kind}`), count);

		this.#chips.set(kind, { node, count });
		return node;
	}

	#press(kind) {
		if (!this.kinds.delete(kind))
			this.kinds.add(kind);
		attribute(this.#chips.get(kind).node, 'aria-pressed', String(this.kinds.has(kind)));
		this.#chose();
	}

	#filters() {
		return h('div', { class: 'filters', role: 'group', 'aria-label': t('filter.label') },
			h('div', { class: 'chips', role: 'group', 'aria-label': t('filter.kind') },
				kinds.map((kind) => this.#chip(kind))),
			agencyPicker(this.agency, (id) => { this.agency = id; this.#chose(); }),
			textFilter(t('filter.text'), this.q, (q) => { this.q = q; this.#chose(); }), this.#clear);
	}

	#table() {
		const th = (name, cls) => h('th', { scope: 'col', role: 'columnheader', class: cls }, name);

		return h('table', { class: 'table troubles', role: 'table' },
			h('caption', { class: 'hidden' }, t('exceptions.caption')),
			h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' },
				th(t('word.cost'), 'num cell-effect'), th(t('word.task'), 'cell-task'),
				th(h('span', { class: 'hidden' }, t('overview.bar_head')), 'cell-bar'),
				th(t('word.percent'), 'num'), th(t('word.gap'), 'num'),
				th(t('exceptions.what'), 'cell-light'), th(t('word.agencies'), 'cell-who'),
				th(t('word.since'), 'cell-since'))), this.#body);
	}

	get #params() {
		return { kind: [...this.kinds].join(','), agency: this.agency, q: this.q };
	}

	#chose() {
		go('/exceptions', this.#params, { replace: true });
		this.#show();
	}

	#fits(c) {
		return (this.kinds.size === 0 || c.kinds.some((kind) => this.kinds.has(kind)))
			&& (this.agency === '' || c.agencies.includes(this.agency))
			&& taskFits(c.task, this.q);
	}

	#show() {
		const all = concerns();
		const fit = all.filter((c) => this.#fits(c));
		const cost = fit.reduce((sum, c) => sum + Math.min(0, c.effect), 0);
		const red = redScopes();

		for (const [kind, { count }] of this.#chips)
			move(count, all.filter((c) => c.kinds.includes(kind)).length);
		attribute(this.#clear, 'hidden', !this.kinds.size && !this.agency && !this.q);
		living(this.#body, fit, (c) => c.task.number, row);
		say(this.#sum, `${t('exceptions.count', { n: fit.length, cost: points(cost) })} · ${
			t('exceptions.note')}`);
		note(this.#none, fit.length ? '' : t('exceptions.none'));
		living(this.#scopes, red, (data) => `${data.scope}/${data.key}`, scopeRow);
		attribute(this.#scopesBlock, 'hidden', red.length === 0);
	}

	navigate({ params }) {
		const same = { kind: params.kind ?? '', agency: params.agency ?? '', q: params.q ?? '' };

		return href('/exceptions', same) === href('/exceptions', this.#params);
	}

	update(change) {
		if (change.scopes.size || change.alerts)
			this.#show();
	}

	destroy() {}
}

export function mount(root, route) {
	return new Exceptions(root, route);
}
