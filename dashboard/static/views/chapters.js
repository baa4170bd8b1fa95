/**
 * chapters -- the whole plan as a tree that unfolds: chapters, sections, tasks. What is
 * unfolded and filtered is in the address.
 */

import { bar, light, setBar, setLight } from '../bar.js';
import { redSince } from '../concerns.js';
import { attribute, h, move, note, say } from '../dom.js';
import { LightChips, lightsOf, textFilter } from '../filters.js';
import { percent, points, shortDate, stateWord } from '../format.js';
import { t } from '../i18n.js';
import { model } from '../model.js';
import { agencyPicker, picker } from '../picker.js';
import { go, href, listed } from '../route.js';
import { taskFits } from '../search.js';
import { living } from '../table.js';

const states = ['in_progress', 'blocked', 'not_started', 'unreported', 'completed', 'verified',
	'suspended', 'cancelled'];

const columns = ['title', 'bar', 'percent', 'expected', 'gap', 'light', 'state', 'lead'];

export function title() {
	return t('chapters.title');
}

/* Rows */

/** Chapters, sections and tasks as nested nodes: {subject, level, number, zh, en, below}. */
function tree(plan) {
	const task = (x, level) => ({ subject: `task/${x.number}`, level, number: x.number,
		title: x, task: model.task(x.number), below: [] });

	return plan.chapters.map((c) => ({
		subject: `chapter/${c.number}`, level: 1, number: c.number, title: c,
		below: c.sections ? c.sections.map((s) => ({
			subject: `section/${c.number}.${s.number}`, level: 2, number: `${c.number}.${s.number}`,
			title: s, below: s.tasks.map((x) => task(x, 3)),
		})) : c.tasks.map((x) => task(x, 3)),
	}));
}

/** "chapter/2" -> "2", as it stands in the address. */
function short(subject) {
	return subject.slice(subject.indexOf('/') + 1);
}

function head(node, toggle) {
	const name = [h('span', { class: 'no' }, node.number), ' ',
		h('span', {}, model.title(node.title))];

	if (node.task)
		return h('a', { class: 'title-link', href: href(`/task/${node.number}`) }, name);
	return h('button', { class: 'fold', type: 'button', data: { part: 'fold' },
		on: { click: () => toggle(node.subject) } },
	h('span', { class: 'fold-sign', 'aria-hidden': 'true' }), name);
}

function leadLink(task) {
	const [lead, ...others] = task.agencies;

	return [h('a', { href: href(`/agency/${lead}`) }, model.agencyTitle(lead)),
		others.length > 0 && h('span', { class: 'quiet' },
			t('chapters.and_others', { n: others.length, all: task.agencies.length }))];
}

/** What a scope's last cell says: how many of its tasks are done, red, yellow. */
function countWords(node) {
	const data = model.get(node.subject);
	const below = node.below.flatMap((x) => (x.task ? [x] : x.below));
	const n = (name) => below.filter((x) => model.get(x.subject)?.light === name).length;
	const done = data ? data.tasks.verified + data.tasks.completed : 0;

	return [t('chapters.done', { n: done, of: data?.tasks.included ?? 0 }),
		n('red') && t('overview.red_n', { n: n('red') }),
		n('yellow') && t('overview.yellow_n', { n: n('yellow') })].filter((x) => x).join(' · ');
}

function cellsOf(node) {
	const data = model.get(node.subject);

	return {
		bar: bar(data), light: light(data), percent: h('td', { class: 'num strong', role: 'cell' }),
		expected: h('td', { class: 'num quiet', role: 'cell' }),
		gap: h('td', { class: 'num', role: 'cell' }), since: h('span', { class: 'since' }),
		state: h('span', { class: 'state' }),
	};
}

function row(node, toggle) {
	const cells = cellsOf(node);
	const el = h('tr', { role: 'row', class: `tree-${node.level}`, data: { subject: node.subject } },
		h('th', { scope: 'row', role: 'rowheader', class: 'tree-title' }, head(node, toggle)),
		h('td', { role: 'cell', class: 'cell-bar' }, cells.bar), cells.percent, cells.expected,
		cells.gap,
		h('td', { role: 'cell', class: 'cell-light' }, cells.light, ' ', cells.since),
		h('td', { role: 'cell', class: 'cell-state' }, cells.state),
		node.task ? h('td', { role: 'cell', class: 'cell-lead among' }, leadLink(node.task))
			: h('td', { role: 'cell', class: 'cell-lead' }));

	return { node: el, set: (now) => setRow(cells, el, now) };
}

function setRow(cells, el, { node, open }) {
	const data = model.get(node.subject);
	const fold = el.querySelector('.fold');
	const since = data && redSince(data);

	setBar(cells.bar, data);
	setLight(cells.light, data);
	move(cells.percent, percent(data?.percent));
	say(cells.expected, percent(data?.expected));
	move(cells.gap, points(data?.gap));
	say(cells.since, since ? t('word.since_when', { when: shortDate(since) }) : '');
	say(cells.state, node.task ? stateWord(data?.state) : countWords(node));
	if (fold)
		attribute(fold, 'aria-expanded', String(open));
}

/* The view */

/** What an address that does not say it has unfolded: the chapter, with its sections, or
 *  the section that it names; else the chapters that have sections. */
function unfolded(name, key) {
	const chapters = model.plan.chapters.filter((c) => (name === 'chapters' ? c.sections
		: String(c.number) === key.split('.')[0]));
	const below = name !== 'chapter' ? [] : chapters.flatMap((c) =>
		(c.sections ?? []).map((s) => `${c.number}.${s.number}`));

	return new Set([...chapters.map((c) => String(c.number)), ...below,
		...(name === 'section' ? [key] : [])]);
}

/** What is filtered and unfolded, as the address says it. */
class Choice {
	constructor({ name, key, params }) {
		this.lights = lightsOf(params.light);
		this.state = states.includes(params.state) ? params.state : '';
		this.agency = model.agency(params.agency) ? params.agency : '';
		this.q = params.q ?? '';
		this.open = params.open === undefined ? unfolded(name, key) : listed(params.open);
		this.open.delete('none');
		this.shut = listed(params.shut);
	}

	get filters() {
		return this.lights.size > 0 || this.state !== '' || this.agency !== '' || this.q !== '';
	}

	fits(node) {
		const data = model.get(node.subject);

		return (this.lights.size === 0 || this.lights.has(data?.light))
			&& (this.state === '' || data?.state === this.state)
			&& (this.agency === '' || node.task.agencies.includes(this.agency))
			&& taskFits(node.task, this.q);
	}

	/** While something is filtered all is unfolded, but what was shut by hand. */
	isOpen(subject) {
		const key = short(subject);

		return this.filters ? !this.shut.has(key) : this.open.has(key);
	}

	toggle(subject) {
		const set = this.filters ? this.shut : this.open;
		const key = short(subject);

		if (!set.delete(key))
			set.add(key);
	}

	get params() {
		return { light: [...this.lights].join(','), state: this.state, agency: this.agency,
			q: this.q, open: this.filters ? '' : [...this.open].join(',') || 'none',
			shut: this.filters ? [...this.shut].join(',') : '' };
	}
}

class Chapters {
	#tree = tree(model.plan);
	#body = h('tbody', { role: 'rowgroup' });
	#none = h('p', { class: 'empty', hidden: true });
	#count = h('span', { class: 'quiet', 'aria-live': 'polite' });
	#clear = h('a', { href: href('/chapters'), hidden: true }, t('filter.clear'));
	#toggle = (subject) => {
		this.choice.toggle(subject);
		this.#chose();
	};

	constructor(root, route) {
		this.choice = new Choice(route);
		this.#chips = new LightChips(this.choice.lights, () => this.#chose());
		root.append(this.#filters(), this.#table(), this.#none);
		this.#show();
		if (route.name !== 'chapters' && !route.again)
			this.#find(`${route.name}/${route.key}`);
	}

	#chips;

	#filters() {
		const pick = (name) => (value) => {
			this.choice[name] = value;
			this.#chose();
		};
		const names = [['', t('filter.any_state')], ...states.map((s) => [s, stateWord(s)])];

		return h('div', { class: 'filters', role: 'group', 'aria-label': t('filter.label') },
			this.#chips.node, picker(t('filter.state'), this.choice.state, names, pick('state')),
			agencyPicker(this.choice.agency, pick('agency')),
			textFilter(t('filter.text'), this.choice.q, pick('q')),
			this.#count, this.#clear, h('span', { class: 'end' },
				h('button', { class: 'plain', type: 'button', on: { click: () => this.#all(true) } },
					t('chapters.unfold_all')),
				h('button', { class: 'plain', type: 'button', on: { click: () => this.#all(false) } },
					t('chapters.fold_all'))));
	}

	#table() {
		const th = (name, cls) => h('th', { scope: 'col', role: 'columnheader', class: cls }, name);

		return h('table', { class: 'table tree', role: 'table' },
			h('caption', { class: 'hidden' }, t('chapters.caption')),
			h('colgroup', {}, columns.map((name) => h('col', { class: `col-${name}` }))),
			h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' },
				th(t('chapters.scope')), th(h('span', { class: 'hidden' }, t('overview.bar_head')),
					'cell-bar'), th(t('word.percent'), 'num'), th(t('word.expected'), 'num'),
				th(t('word.gap'), 'num'), th(t('word.light')), th(t('word.state')),
				th(t('chapters.lead')))),
			this.#body);
	}

	#folds() {
		return this.#tree.flatMap((c) => [c, ...c.below.filter((x) => !x.task)]);
	}

	#all(open) {
		const keys = new Set(this.#folds().map((node) => short(node.subject)));

		this.choice[this.choice.filters ? 'shut' : 'open'] =
			open !== this.choice.filters ? keys : new Set();
		this.#chose();
	}

	/** Something was chosen here: into the address, and shown. */
	#chose() {
		go('/chapters', this.choice.params, { replace: true });
		this.#show();
	}

	/** The rows that are to be seen, and how many tasks fit. */
	#rows(nodes, rows) {
		let fit = 0;

		for (const node of nodes) {
			if (node.task) {
				if (!this.choice.fits(node))
					continue;
				rows.push({ node, open: false });
				fit++;
				continue;
			}
			const at = rows.push({ node, open: this.choice.isOpen(node.subject) }) - 1;
			const n = this.#rows(node.below, rows);

			if (n === 0 && this.choice.filters)
				rows.length = at;
			else if (!rows[at].open)
				rows.length = at + 1;
			fit += n;
		}
		return fit;
	}

	#show() {
		const rows = [];
		const fit = this.#rows(this.#tree, rows);
		const of = model.tasks().length;
		const counted = new Map();

		for (const task of model.tasks()) {
			const name = model.get(`task/${task.number}`)?.light;

			counted.set(name, (counted.get(name) ?? 0) + 1);
		}
		this.#chips.count(counted);
		living(this.#body, rows, ({ node }) => node.subject, ({ node }) => row(node, this.#toggle));
		say(this.#count, fit === of ? t('chapters.count', { n: of })
			: t('chapters.count_of', { n: fit, of }));
		attribute(this.#clear, 'hidden', !this.choice.filters);
		note(this.#none, fit ? '' : t('chapters.none'));
	}

	/** Brings the chapter or section of the address into sight. */
	#find(subject) {
		const el = this.#body.querySelector(`[data-subject="${CSS.escape(subject)}"]`);

		requestAnimationFrame(() => el?.scrollIntoView({ block: 'start' }));
	}

	/** Another address of this view: nothing to do if it is what was chosen here. */
	navigate(route) {
		return route.name === 'chapters'
			&& href('/chapters', new Choice(route).params) === href('/chapters', this.choice.params);
	}

	update(change) {
		if (change.scopes.size || change.alerts)
			this.#show();
	}

	destroy() {}
}

export function mount(root, route) {
	return new Chapters(root, route);
}
