/**
 * task -- one task: how it stands and since when, what each of its agencies said, what the
 * office ruled, and all that was said before.
 */

import { bar, light, setBar, setLight } from '../bar.js';
import { DayCharts, dayOf, lightSince } from '../days.js';
import { attribute, h, move, replace, say } from '../dom.js';
import { block, fact, fold } from '../facts.js';
import { date, datetime, dispositionWord, dutyWord, percent, points, stateWord }
	from '../format.js';
import { t } from '../i18n.js';
import '../i18n_more.js';
import '../print.js';
import { dayNumber } from '../chart.js';
import { Source } from '../load.js';
import { itemKey, model } from '../model.js';
import { living } from '../table.js';
import { partRow } from '../task_parts.js';
import { timelineRow } from '../task_timeline.js';
import { words } from '../task_words.js';

const factNames = ['state', 'disposition', 'expected', 'gap', 'due', 'duty', 'weight'];
const recordsMs = 500; /* within which all viewers of a task ask for what was said */
const ended = ['verified', 'completed', 'cancelled'];

/** "第 2 章 … › 2.1 …", each a link. */
function place(ctx, { chapter, section }) {
	const key = section && `${chapter.number}.${section.number}`;
	const link = (path, text) => h('a', { href: ctx.href(path), text });

	return h('nav', { class: 'under', 'aria-label': t('task.place') },
		link(`/chapter/${chapter.number}`, `${chapter.number} ${model.title(chapter)}`),
		section ? [' › ', link(`/section/${key}`, `${key} ${model.title(section)}`)] : null);
}

/** Days to go, or over: what the deadline means today. */
function deadline(task, data) {
	const today = dayNumber(date(data.as_of));
	const left = dayNumber(task.due) - today;

	if (data.overdue_days > 0)
		return t('task.overdue', { n: data.overdue_days });
	if (ended.includes(data.state))
		return '';
	return left < 0 ? t('task.past', { n: -left }) : t('task.left', { n: left });
}

/** The tasks before and behind, in plan order. */
function neighbours(ctx, task) {
	const all = model.tasks();
	const at = all.findIndex((one) => one.number === task.number);
	const link = (one, rel) => (one ? h('a', { href: ctx.href(`/task/${one.number}`), rel },
		h('span', { class: 'quiet', text: t(`task.${rel}`) }),
		` ${one.number} ${model.title(one)}`) : h('span'));

	return h('nav', { class: 'neighbours', 'aria-label': t('task.neighbours') },
		link(all[at - 1], 'prev'), link(all[at + 1], 'next'));
}

function ruling(word) {
	if (!word)
		return [h('p', { class: 'quiet', text: t('task.no_ruling') })];
	return [
		h('p', {}, h('span', { class: 'strong', text: dispositionWord(word.disposition) }), ' ',
			h('span', { class: 'of' }, `${model.agencyTitle(word.agency)} · `,
				h('time', { text: datetime(word.at) }))),
		words(word),
	];
}

class Task {
	#doc = null;
	#days = null;
	#parts = h('ul', { class: 'parts' });
	#timeline = h('ol', { class: 'timeline' });
	#fold = fold(this.#timeline, 30);
	#count = h('span', { class: 'quiet' });
	#ruling = h('div', { class: 'ruling' });
	#message = h('p', { class: 'empty', text: t('app.loading') });
	#bar = bar(null, { big: true });
	#percent = h('span', { class: 'headline' });
	#lamp = light();
	#since = h('span', { class: 'of' });

	constructor(root, task, ctx) {
		this.task = task;
		this.ctx = ctx;
		this.scope = `task/${task.number}`;
		this.facts = new Map(factNames.map((name) => [name, fact(t(`task.${name}`))]));
		this.charts = new DayCharts(['progress'], { height: 140, level: 'h3' });
		this.#build(root);
		this.source = new Source(ctx, `tasks/${task.number}`, (doc) => {
			this.#doc = doc;
			this.#showDoc();
		}, (error) => say(this.#message, t('app.failed', { message: error.message })));
		this.trend = new Source(ctx, `trend?scope=${this.scope}`, ({ days }) => {
			this.#days = days;
			this.#showDays();
		}, () => {});
		this.#show();
	}

	#build(root) {
		const { task, ctx } = this;
		const other = model.lang === 'zh' ? task.en : task.zh;

		replace(root,
			h('p', { class: 'subtitle quiet', lang: model.lang === 'zh' ? 'en' : 'zh-CN',
				text: other }),
			place(ctx, task),
			h('div', { class: 'summary-line' }, h('p', { class: 'headline-box' }, this.#percent,
				h('span', { class: 'of', text: t('word.completion') })), this.#bar,
			h('p', {}, this.#lamp, ' ', this.#since)),
			h('dl', { class: 'facts' }, [...this.facts.values()].map((f) => f.node)),
			h('div', { class: 'split split-task' },
				block(t('task.parts'), null, this.#message, this.#parts),
				h('div', { class: 'stack' },
					block(t('task.ruling'), null, this.#ruling),
					block(t('agency.trend'), h('a', { class: 'end',
						href: ctx.href('/trend', { scope: this.scope }),
						text: t('agency.trend_all') }), this.charts.node),
					block(t('task.timeline'), this.#count, this.#timeline, this.#fold.button))),
			neighbours(ctx, task));
	}

	/** The figures, from the summary. */
	#show() {
		const data = model.get(this.scope);
		const { task } = this;

		if (!data)
			return;
		setBar(this.#bar, data);
		setLight(this.#lamp, data, { long: true });
		move(this.#percent, percent(data.percent));
		attribute(this.#percent, 'data-light', data.light);
		const values = {
			state: [stateWord(data.state)], disposition: [dispositionWord(data.disposition)],
			expected: [percent(data.expected)], gap: [points(data.gap)],
			due: [task.due, deadline(task, data)],
			duty: [dutyWord(task.duty)], weight: [String(task.weight)],
		};

		for (const [name, value] of Object.entries(values))
			this.facts.get(name).set(...value);
		this.#showSince(data);
		this.#showDays();
		this.#showParts();
	}

	/** Since when the light is what it is: by its alert, else by the days. */
	#showSince(data) {
		const alert = data.light === 'red' ? model.alert('behind', this.scope) : null;
		const from = alert ? date(alert.since)
			: this.#days && lightSince([...this.#past(), dayOf(data)]);

		say(this.#since, from ? t('task.since', { when: from }) : '');
	}

	#past() {
		return this.#days.filter((d) => !d.so_far);
	}

	#showDays() {
		const data = model.get(this.scope);

		if (!this.#days || !data)
			return;
		this.charts.show([...this.#past(), dayOf(data)]);
		this.#showSince(data);
	}

	#showParts() {
		const summary = model.get(this.scope);

		if (this.#doc)
			living(this.#parts, this.#doc.parts.map((part) => ({ ...part, summary })),
				({ agency }) => agency, (part) => partRow(this.ctx, part));
	}

	/** What was said, from the server. */
	#showDoc() {
		const { count, timeline, ruling: word } = this.#doc;

		this.#message.hidden = true;
		this.#showParts();
		replace(this.#ruling, ruling(word));
		living(this.#timeline, timeline, itemKey, timelineRow);
		say(this.#count, count > timeline.length
			? t('task.count_some', { n: count, shown: timeline.length })
			: t('task.count', { n: count }));
		this.#fold.set(timeline.length);
	}

	update({ scopes, alerts, records, someRecords }) {
		if (scopes.has(this.scope) || alerts)
			this.#show();
		if (someRecords || records.some((r) => r.task === this.task.number))
			this.source.refreshWithin(recordsMs);
	}

	destroy() {
		this.source.stop();
		this.trend.stop();
		this.charts.destroy();
	}
}

function unknown(root, { key }) {
	replace(root, h('p', { class: 'empty', text: t('task.unknown', { number: key }) }));
	return { update() {}, destroy() {} };
}

export function title({ key }) {
	const task = model.task(key);

	return task ? `${task.number} ${model.title(task)}` : t('task.unknown', { number: key });
}

export function mount(root, route, ctx) {
	const task = model.task(route.key);

	return task ? new Task(root, task, ctx) : unknown(root, route);
}
