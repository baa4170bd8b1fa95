/**
 * format -- figures, moments and words as they are shown, in the language in force and the
 * plan's offset.
 */

import { has, t } from './i18n.js';
import { model } from './model.js';

const dayMs = 86400000;
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August',
	'September', 'October', 'November', 'December'];

/** What stands for a number that is not there. */
export const nothing = '–';

/** "62.50%" */
export function percent(x) {
	return x === null || x === undefined ? nothing : `${x.toFixed(2)}%`;
}

/** Points with a sign: "+1.20", "−9.99", "0.00". */
export function points(x) {
	if (x === null || x === undefined)
		return nothing;
	const size = Math.abs(x).toFixed(2);

	if (size === '0.00')
		return size;
	return (x < 0 ? '−' : '+') + size;
}

/** A share of two counts in whole percent, rounded down: "83%". */
export function share(n, of) {
	return of ? `${Math.floor(n * 100 / of)}%` : nothing;
}

function shifted(ms) {
	return new Date(ms + (model.plan?.utc_offset_min ?? 480) * 60000);
}

/** "2026-08-20" in the plan's offset. */
export function date(ms) {
	return shifted(ms).toISOString().slice(0, 10);
}

/** "18:20:31" */
export function time(ms) {
	return shifted(ms).toISOString().slice(11, 19);
}

/** "2026-08-20 18:20:31" */
export function datetime(ms) {
	return `${date(ms)} ${time(ms)}`;
}

/** "2026 年 8 月 20 日", "20 August 2026"; of a moment or of "2026-08-20". */
export function longDate(when) {
	const [y, m, d] = (typeof when === 'string' ? when : date(when)).split('-').map(Number);

	return t('date.long', { y, m, d, month: months[m - 1] });
}

/** "8 月 20 日", "20 August", with the year if it is not the plan's first one. */
export function shortDate(ms) {
	const [y, m, d] = date(ms).split('-').map(Number);
	const key = model.plan?.starts.startsWith(String(y)) ? 'date.month_day' : 'date.long';

	return t(key, { y, m, d, month: months[m - 1] });
}

/** The time if it is today's, else date and time. */
export function moment(ms) {
	return date(ms) === date(model.now()) ? time(ms) : datetime(ms);
}

const steps = [
	[5, 1, 'ago.now'],
	[60, 1, 'ago.seconds'],
	[3600, 60, 'ago.minutes'],
	[86400, 3600, 'ago.hours'],
	[Infinity, 86400, 'ago.days'],
];

/** "12 秒前" */
export function ago(ms) {
	const seconds = Math.max(0, Math.floor((model.now() - ms) / 1000));
	const [, unit, key] = steps.find(([limit]) => seconds < limit);

	return t(key, { n: Math.floor(seconds / unit) });
}

/** Whole days from a moment up to the end of the day that is evaluated. */
export function daysSince(ms) {
	const today = model.tick?.as_of ?? model.now();

	return Math.max(0, Math.floor((today + dayMs - ms) / dayMs));
}

const forms = [
	[/^(\d+)-(\d\d)$/, ([, y, m]) =>
		t('period.month', { y, m: Number(m), month: months[m - 1] })],
	[/^(\d+)-Q(\d)$/, ([, y, q]) => t('period.quarter', { y, q })],
	[/^(\d+)-H(\d)$/, ([, y, half]) => t(`period.half${half}`, { y })],
	[/^(\d+)$/, ([, y]) => t('period.year', { y })],
];

/** "2026-Q2" -> "2026 年第 2 季度" */
export function periodName(name) {
	for (const [form, say] of forms) {
		const match = form.exec(name);

		if (match)
			return say(match);
	}
	return name;
}

function word(family, name) {
	return has(`${family}.${name}`) ? t(`${family}.${name}`) : name ?? '';
}

/** Words of a task's or report's state, a light, a ruling, a role, a duty. */
export const stateWord = (state) => word('state', state);
export const lightWord = (light) => word('lamp', light);
export const dispositionWord = (disposition) => word('disposition', disposition);
export const roleWord = (role) => word('role', role);
export const dutyWord = (duty) => word('duty', duty);

/** The numbers of the tasks in a scope, by its summary. */
export function tasksIn(data) {
	const tests = {
		overall: () => true,
		chapter: (task) => String(task.chapter.number) === data.key,
		section: (task) => task.section
			&& `${task.chapter.number}.${task.section.number}` === data.key,
		task: (task) => String(task.number) === data.key,
		agency: (task) => model.get(`task/${task.number}`)?.parts
			.some((p) => p.agency === data.key),
	};

	return model.tasks().filter(tests[data.scope]).map((task) => task.number);
}

/** How many tasks of a scope have that light. */
export function countLight(data, light) {
	return tasksIn(data).filter((n) => model.get(`task/${n}`)?.light === light).length;
}

function redShare(data) {
	const red = countLight(data, 'red');
	const { included } = data.tasks;

	return t('reason.red_share', {
		red, included, limit: model.plan?.lights?.red_share ?? 20,
		share: included ? Math.floor(red * 100 / included) : 0,
	});
}

/** Why the light is what it is; '' for green. long: with the figures behind it. */
export function reasonWord(data, { long = false } = {}) {
	if (!data?.reason)
		return '';
	if (data.reason === 'red_tasks' && data.light === 'yellow')
		return t('reason.some_red');
	if (data.reason === 'red_tasks' && long)
		return redShare(data);
	if (data.reason === 'overdue' && data.overdue_days)
		return t('reason.overdue_days', { n: data.overdue_days });
	return word('reason', data.reason);
}
