/**
 * agency -- a ministry's own part: its figures, what stands against it, how it reported,
 * how it went, and the tasks that it leads and takes part in.
 */

import { bar, light, setBar, setLight } from '../bar.js';
import { concerned, isOfThen } from '../concerns.js';
import { DayCharts, dayOf } from '../days.js';
import { counts, lastHeard, partFigures, tasksOf } from '../derive.js';
import { attribute, h, move, replace, say } from '../dom.js';
import { block, fact, fold } from '../facts.js';
import { ago, date, datetime, percent, periodName, points, share, stateWord }
	from '../format.js';
import { t } from '../i18n.js';
import '../i18n_more.js';
import { Source } from '../load.js';
import { model } from '../model.js';
import { inWords, periodCell } from '../period_cell.js';
import { living, tableOf, tableRow } from '../table.js';

const alertWord = { behind: 'kind.red', missed_period: 'kind.missed' };
const factNames = ['expected', 'gap', 'lead', 'participant', 'obligations', 'period',
	'last_period', 'heard'];

const recordsMs = 500; /* within which all viewers of an agency ask for its periods */

/** The alerts that are about an agency, newest first. */
function alertsOf(id) {
	return model.alerts()
		.filter((a) => (a.scope === 'agency' ? a.key === id : concerned(a).includes(id)))
		.toSorted((a, b) => b.since - a.since);
}

function alertRow(ctx, alert) {
	const what = h('span', { class: 'strong' }), about = h('span'), since = h('span');
	const task = alert.scope === 'task' ? model.task(alert.key) : null;

	return {
		node: h('li', { class: 'alert', 'data-light': alert.light }, what, ' ',
			task ? h('a', { class: 'title-link', href: ctx.href(`/task/${task.number}`) },
				`${task.number} ${model.title(task)}`) : about, since),
		set: (now) => {
			say(what, t(alertWord[now.what] ?? `kind.${now.what}`));
			say(about, t('agency.whole'));
			say(since, isOfThen(now.what) ? date(now.since)
				: t('agency.since', { when: date(now.since) }));
			since.className = 'of';
		},
	};
}

/** The state of the agency's own part, and the bar that goes with it. */
function taskRow(ctx, { task }) {
	const state = h('td', { class: 'state-cell' }), own = h('td', { class: 'num strong' });
	const gap = h('td', { class: 'num gap-cell' }), heard = h('td', { class: 'num' });
	const line = bar(), lamp = light(), due = h('td', { class: 'num' });
	const whole = h('td', { class: 'num' });

	return {
		node: tableRow({},
			h('td', { class: 'num quiet' }, String(task.number)),
			h('th', { scope: 'row', class: 'title' }, h('a', { class: 'title-link',
				href: ctx.href(`/task/${task.number}`), text: model.title(task) })),
			state, h('td', { class: 'bar-cell' }, line), own, gap, whole,
			h('td', { class: 'task-light' }, lamp), due, heard),
		set: ({ data, part }) => {
			const figures = partFigures(data, part);

			say(state, stateWord(part.state) + (counts(task, part) ? '' : t('agency.not_counted')));
			setBar(line, figures);
			move(own, part.state === 'unreported' ? percent(null) : percent(part.percent));
			move(gap, points(figures.gap));
			move(whole, percent(data.percent));
			setLight(lamp, data);
			say(due, task.due);
			say(heard, part.received ? ago(part.received) : t('agencies.never'));
			heard.title = part.received ? datetime(part.received) : '';
		},
	};
}

function tasksTable(caption) {
	const body = h('tbody');
	const number = { scope: 'col', class: 'num' };

	return { body, node: h('div', { class: 'scroll', role: 'region', tabindex: 0,
		'aria-label': caption },
	tableOf({ class: 'table tasks' }, caption, h('thead', {}, h('tr', {},
			h('th', { ...number, text: t('agency.number') }),
			h('th', { scope: 'col', text: t('word.task') }),
			h('th', { scope: 'col', text: t('agency.state') }),
			h('th', { scope: 'colgroup', colspan: 2, text: t('word.own') }),
			h('th', { ...number, text: t('word.gap') }),
			h('th', { ...number, text: t('agency.task_percent') }),
			h('th', { scope: 'col', class: 'task-light', text: t('agency.task_light') }),
			h('th', { ...number, text: t('task.due') }),
			h('th', { ...number, text: t('agencies.heard') }))), body)) };
}

function rates(period) {
	return period?.expected ? [share(period.reported, period.expected), t('agency.rates', {
		reported: period.reported, expected: period.expected,
		on_time: share(period.on_time, period.expected) })] : [t('overview.period_none')];
}

/** How many there are; its figures leave out those that are cancelled. */
function countWords(rows) {
	const cancelled = rows.filter(({ data }) => data.state === 'cancelled').length;

	return t('agencies.tasks', { n: rows.length })
		+ (cancelled ? t('agency.cancelled', { n: cancelled }) : '');
}

class Agency {
	#alerts = h('ul', { class: 'alerts' });
	#fold = fold(this.#alerts, 8);
	#noAlerts = h('p', { class: 'empty', text: t('agency.no_alerts') });
	#periods = h('div', { class: 'own-periods' });
	#lead = tasksTable(t('agency.lead_tasks'));
	#participant = tasksTable(t('agency.participant_tasks'));
	#leadCount = h('span', { class: 'quiet' });
	#participantCount = h('span', { class: 'quiet' });
	#bar = bar(null, { big: true });
	#percent = h('span', { class: 'headline' });
	#lamp = light();
	#days = null;

	constructor(root, { key }, ctx) {
		this.id = key;
		this.ctx = ctx;
		this.facts = new Map(factNames.map((name) => [name, fact(t(`agency.${name}`))]));
		this.charts = new DayCharts(['progress'], { height: 150, level: 'h3' });
		this.#build(root);
		this.trend = new Source(ctx, `trend?scope=agency/${key}`, ({ days }) => {
			this.#days = days;
			this.#showDays();
		}, () => {});
		this.periods = new Source(ctx, 'periods', (doc) => this.#showPeriods(doc), () => {});
		this.#show();
	}

	#build(root) {
		const one = model.agency(this.id);
		const all = h('a', { href: this.ctx.href('/agencies'), text: t('agency.all') });

		replace(root,
			h('p', { class: 'under quiet' }, model.lang === 'zh' ? one.en : one.zh,
				h('span', { class: 'screen' }, ' · ', all)),
			h('div', { class: 'summary-line' }, h('p', { class: 'headline-box' }, this.#percent,
				h('span', { class: 'of', text: t('word.own') })), this.#bar, this.#lamp),
			h('dl', { class: 'facts' }, [...this.facts.values()].map((f) => f.node)),
			h('div', { class: 'split' },
				block(t('agency.trend'), h('a', { class: 'end',
					href: this.ctx.href('/trend', { scope: `agency/${this.id}` }),
					text: t('agency.trend_all') }), this.charts.node),
				h('div', { class: 'stack' },
					block(t('agency.alerts'), null, this.#alerts, this.#noAlerts,
						this.#fold.button),
					block(t('agency.periods'), h('a', { class: 'end',
						href: this.ctx.href('/periods'), text: t('agency.periods_all') }),
					this.#periods))),
			block(t('agency.lead_tasks'), this.#leadCount, this.#lead.node),
			block(t('agency.participant_tasks'), this.#participantCount, this.#participant.node));
	}

	#showFacts(data) {
		const heard = lastHeard().get(this.id);
		const values = {
			expected: [percent(data.expected)], gap: [points(data.gap)],
			lead: [percent(data.lead.percent), t('agencies.tasks', { n: data.lead.tasks })],
			participant: [percent(data.participant.percent),
				t('agencies.tasks', { n: data.participant.tasks })],
			obligations: [`${data.obligations.reported}/${data.obligations.expected}`],
			period: rates(data.period), last_period: rates(data.last_period),
			heard: heard ? [ago(heard), datetime(heard)] : [t('agencies.never')],
		};

		for (const [name, value] of Object.entries(values))
			this.facts.get(name).set(...value);
	}

	#showTasks() {
		const tasks = tasksOf(this.id);
		const show = (table, count, role) => {
			const rows = tasks.filter(({ part }) => part.role === role);

			living(table.body, rows, ({ task }) => task.number, (row) => taskRow(this.ctx, row));
			say(count, countWords(rows));
			table.node.parentElement.hidden = rows.length === 0;
		};

		show(this.#lead, this.#leadCount, 'lead');
		show(this.#participant, this.#participantCount, 'participant');
	}

	#showAlerts() {
		const alerts = alertsOf(this.id);

		living(this.#alerts, alerts, (a) => `${a.what} ${a.scope} ${a.key}`,
			(a) => alertRow(this.ctx, a));
		this.#fold.set(alerts.length);
		this.#noAlerts.hidden = alerts.length > 0;
	}

	#showPeriods({ periods, agencies }) {
		const cells = agencies.find((a) => a.agency === this.id)?.cells ?? [];

		replace(this.#periods, h('dl', { class: 'facts' }, periods.map((p, i) => h('div',
			{ class: 'fact' }, h('dt', { text: periodName(p.name) }),
			h('dd', { class: 'period', title: inWords(cells[i], p.state) },
				periodCell(cells[i], p.state))))));
	}

	#showDays() {
		const data = model.get(`agency/${this.id}`);

		if (this.#days && data)
			this.charts.show([...this.#days.filter((d) => !d.so_far), dayOf(data)]);
	}

	#show() {
		const data = model.get(`agency/${this.id}`);

		if (!data)
			return;
		setBar(this.#bar, data);
		setLight(this.#lamp, data, { long: true });
		move(this.#percent, percent(data.own.percent));
		attribute(this.#percent, 'data-light', data.light);
		this.#showFacts(data);
		this.#showTasks();
		this.#showAlerts();
	}

	update({ scopes, alerts, records, someRecords }) {
		if (scopes.size > 0 || alerts)
			this.#show();
		if (scopes.has(`agency/${this.id}`))
			this.#showDays();
		if (someRecords || records.some((r) => r.agency === this.id || r.kind === 'disposition'))
			this.periods.refreshWithin(recordsMs);
	}

	destroy() {
		this.trend.stop();
		this.periods.stop();
		this.charts.destroy();
	}
}

/** For an address of an agency that the plan does not have. */
function unknown(root, { key }) {
	replace(root, h('p', { class: 'empty', text: t('agency.unknown', { id: key }) }));
	return { update() {}, destroy() {} };
}

export function title({ key }) {
	return model.agencyTitle(key);
}

export function mount(root, route, ctx) {
	return model.agency(route.key) ? new Agency(root, route, ctx) : unknown(root, route);
}
