/**
 * concerns -- which tasks the office should look at, why, since when, because of whom, and
 * what each costs the plan.
 */

import { counts } from './derive.js';
import { model } from './model.js';

const tests = {
	red: (data) => data.light === 'red',
	yellow: (data) => data.light === 'yellow',
	overdue: (data) => data.overdue_days > 0,
	blocked: (data) => data.state === 'blocked' || standing('blocked', data),
	help: (data) => standing('help', data),
	missed: (data) => standing('missed_period', data),
	regressed: (data) => standing('regressed', data),
};

/** The alert behind a kind. */
const alertOf = { red: 'behind', overdue: 'overdue', blocked: 'blocked', help: 'help',
	missed: 'missed_period', regressed: 'regressed' };

/** All kinds of concerns, in the order in which they are told. */
export const kinds = Object.keys(tests);

function standing(what, data) {
	return model.alert(what, `task/${data.key}`);
}

/** A task's part of the overall gap in points; negative when it is behind. */
export function effect(data) {
	const whole = model.get('overall');

	if (!whole?.den || !data.den || data.expected === null)
		return 0;
	return (data.num - data.den * Math.round(data.expected * 100)) / whole.den / 100;
}

/** Since when a scope is what it is, ms; undefined where no alert stands. */
export function redSince(data) {
	const scope = data.key === '' ? data.scope : `${data.scope}/${data.key}`;

	return data.light === 'red' ? model.alert('behind', scope)?.since : undefined;
}

/** Whether a part, as it is now, is why an alert on its task stands. */
const causes = {
	behind: (part, data) => isCounted(part, data) && part.percent < (data.expected ?? 0),
	overdue: (part, data) => isCounted(part, data) && part.state !== 'completed',
	blocked: (part) => part.state === 'blocked',
};

function isCounted(part, data) {
	return counts(model.task(data.key) ?? {}, part);
}

/** Whether the agencies of such an alert are those of when it was raised: what their parts are
 *  now does not tell. */
export function isOfThen(what) {
	return !(what in causes);
}

function causing(what, data) {
	return data.parts.filter((part) => causes[what](part, data)).map((part) => part.agency);
}

/** The agencies that an alert is about. */
export function concerned({ what, scope, key, agencies }) {
	if (scope !== 'task' || isOfThen(what))
		return agencies;

	const data = model.get(`task/${key}`);

	return data ? causing(what, data) : [];
}

/** Those that a kind of concern is about. */
function concernedBy(kind, data) {
	const what = alertOf[kind];

	return what in causes ? causing(what, data) : standing(what, data)?.agencies ?? [];
}

/** Whom a task's concerns are about, in plan order. */
function responsible(data, has) {
	const named = new Set(has.flatMap((kind) => concernedBy(kind, data)));

	if (data.reason === 'behind' || named.size === 0)
		causing('behind', data).forEach((id) => named.add(id));
	if (named.size === 0)
		named.add(data.parts[0]?.agency);
	return data.parts.map((p) => p.agency).filter((id) => named.has(id));
}

/** What there is to say of a task: {data, task, kinds, effect, since, agencies}, or null. */
export function concern(number) {
	const data = model.get(`task/${number}`);
	const has = data ? kinds.filter((kind) => tests[kind](data)) : [];

	if (has.length === 0)
		return null;
	const moments = has.map((kind) => standing(alertOf[kind], data)?.since)
		.filter((x) => x !== undefined);

	return {
		data, task: model.task(number), kinds: has, effect: effect(data),
		since: redSince(data) ?? (moments.length ? Math.min(...moments) : undefined),
		agencies: responsible(data, has),
	};
}

/** Its concerns beyond the light and the light's reason. */
export function flags({ kinds: has, data }) {
	const said = ['red', 'yellow', data.reason,
		data.reason?.startsWith('missed_period') ? 'missed' : ''];

	return has.filter((kind) => !said.includes(kind));
}

/** All of them, what costs the plan most first. */
export function concerns() {
	return model.tasks().map((task) => concern(task.number)).filter((c) => c)
		.sort((a, b) => a.effect - b.effect || a.task.number - b.task.number);
}

const rank = { red: 0, yellow: 1 };

/** Agency id -> how many tasks stand under an alert of that kind because of it. */
function countByAgency(what) {
	const sums = new Map();

	for (const alert of model.alerts().filter((a) => a.what === what)) {
		for (const id of concerned(alert))
			sums.set(id, (sums.get(id) ?? 0) + 1);
	}
	return sums;
}

/** Agencies that are red or yellow: {agency, data, missed, blocked, help}, worst first. */
export function troubledAgencies() {
	const blocked = countByAgency('blocked');
	const help = countByAgency('help');

	return model.agencies()
		.map((agency) => ({ agency, data: model.get(`agency/${agency.id}`) }))
		.filter(({ data }) => data && data.light in rank)
		.sort((a, b) => rank[a.data.light] - rank[b.data.light] || a.data.gap - b.data.gap)
		.map(({ agency, data }) => ({
			agency, data, blocked: blocked.get(agency.id) ?? 0, help: help.get(agency.id) ?? 0,
			missed: data.last_period ? data.last_period.expected - data.last_period.reported : 0,
		}));
}
