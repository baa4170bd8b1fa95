/**
 * whole -- the overview's first band: completion against what is expected, the light and its
 * reason, the tasks by light and by state, the rates of reporting.
 */

import { bar, light, setBar, setLight } from './bar.js';
import { redSince } from './concerns.js';
import { h, move, part, say } from './dom.js';
import { lightWord, percent, periodName, share, shortDate, stateWord } from './format.js';
import { t } from './i18n.js';
import { model } from './model.js';
import { href } from './route.js';
import { segments } from './segments.js';

const states = ['verified', 'completed', 'in_progress', 'blocked', 'not_started', 'unreported',
	'suspended', 'cancelled'];
const lights = ['red', 'yellow', 'green', 'blue', 'grey'];

function verdict(data) {
	if (data.gap === null)
		return t('overview.nothing');
	const n = Math.abs(data.gap).toFixed(2);

	return t(data.gap < 0 ? 'overview.behind' : data.gap > 0 ? 'overview.ahead'
		: 'overview.level', { n });
}

function rateCell(name) {
	return h('td', { class: 'rate' }, h('span', { class: 'rate-share', data: { part: name } }),
		h('span', { class: 'rate-of', data: { part: `${name}-of` } }));
}

function rates() {
	return h('div', { class: 'rates' }, h('table', { class: 'table' },
		h('caption', { class: 'counts-title' }, t('overview.rates')),
		h('thead', {}, h('tr', {}, h('td'),
			h('th', { scope: 'col' }, t('overview.period_last'),
				h('span', { class: 'rate-name', data: { part: 'last-name' } })),
			h('th', { scope: 'col' }, t('overview.period_now'),
				h('span', { class: 'rate-name', data: { part: 'now-name' } })))),
		h('tbody', {},
			h('tr', {}, h('th', { scope: 'row' }, t('overview.rate')),
				rateCell('last-reported'), rateCell('now-reported')),
			h('tr', {}, h('th', { scope: 'row' }, t('overview.on_time')),
				rateCell('last-on_time'), rateCell('now-on_time')))),
	h('p', { class: 'note', data: { part: 'obligations' } }));
}

function setRate(root, prefix, period) {
	say(part(root, `${prefix}-name`), period ? periodName(period.name) : t('overview.period_none'));
	for (const name of ['reported', 'on_time']) {
		const n = period?.[name] ?? 0;
		const of = period?.expected ?? 0;

		move(part(root, `${prefix}-${name}`), share(n, of));
		say(part(root, `${prefix}-${name}-of`), period ? t('overview.of', { n, of }) : '');
	}
}

/** The band itself: node, and set() to bring it up to date. */
export class Whole {
	#bar = bar(undefined, { big: true });
	#light = light(undefined);
	#states = segments({
		title: t('overview.states'), of: 'state', names: states, label: stateWord,
		path: (name) => href('/chapters', { state: name }),
	});
	#lights = segments({
		title: t('overview.lights'), of: 'light', names: lights, label: lightWord,
		path: (name) => href('/chapters', { light: name }),
	});

	constructor() {
		this.node = h('section', { class: 'whole', 'aria-labelledby': 'whole-title' },
			h('div', { class: 'whole-figures' },
				h('h2', { id: 'whole-title', class: 'whole-label' }, t('overview.overall')),
				h('p', { class: 'whole-percent', data: { part: 'percent' } }),
				h('p', { class: 'whole-done', data: { part: 'included' } }),
				h('p', { class: 'whole-done', data: { part: 'done' } })),
			h('div', { class: 'whole-middle' },
				h('p', { class: 'whole-verdict' }, this.#light,
					h('strong', { data: { part: 'verdict' } }),
					h('span', { class: 'whole-since', data: { part: 'since' } })),
				h('div', { class: 'whole-bar' }, this.#bar,
					h('p', { class: 'whole-mark', data: { part: 'mark' } })),
				this.#lights.node, this.#states.node),
			rates());
		this.set();
	}

	set() {
		const data = model.get('overall');

		if (!data)
			return;
		const get = (name) => part(this.node, name);
		const { verified, completed, included } = data.tasks;
		const since = redSince(data);

		move(get('percent'), percent(data.percent));
		move(get('verdict'), verdict(data));
		say(get('mark'), `${t('word.expected')} ${percent(data.expected)}`);
		get('mark').style.left = `clamp(5em, ${data.expected ?? 0}%, 100% - 5em)`;
		say(get('included'), t('overview.included', { n: included }));
		say(get('done'), t('overview.done', { n: verified + completed }));
		setBar(this.#bar, data);
		setLight(this.#light, data, { long: true });
		say(get('since'), since ? t('word.since_when', { when: shortDate(since) }) : '');
		this.#states.set(data.tasks);
		this.#lights.set(countLights());
		say(get('obligations'), t('overview.obligations', data.obligations));
		setRate(this.node, 'last', data.last_period);
		setRate(this.node, 'now', data.period);
	}
}

function countLights() {
	const counts = {};

	for (const task of model.tasks()) {
		const name = model.get(`task/${task.number}`)?.light;

		counts[name] = (counts[name] ?? 0) + 1;
	}
	return counts;
}
