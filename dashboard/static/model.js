/**
 * model -- what the page knows of one plan: the plan, each scope's newest summary, the
 * alerts that stand, the newest records, and whether all that is live.
 *
 * live.js and app.js write it, views read it. Changes are told once per animation frame.
 */

import { lang } from './i18n.js';

const feedMax = 200;

/** Negative, 0 or positive, as position a ("<ms>-<n>") stands before, at or behind b. */
export function comparePositions(a, b) {
	const [am, an] = a.split('-').map(Number);
	const [bm, bn] = b.split('-').map(Number);

	return am - bm || an - bn;
}

function isNewer(data, than) {
	return !than
		|| (comparePositions(data.position, than.position) || data.as_of - than.as_of) > 0;
}

/** What names a record for ever. */
export function itemKey(item) {
	return `${item.position}/${item.kind}/${item.task}/${item.agency}/${item.seq}`;
}

/** Subject without the plan: "ipr-2026/task/27" -> "task/27". */
function scopeName(subject) {
	return subject.slice(subject.indexOf('/') + 1);
}

function nothingChanged() {
	return { scopes: new Set(), alerts: false, records: [], someRecords: false, live: false,
		all: false };
}

function allTasks(plan) {
	const found = [];

	for (const chapter of plan.chapters) {
		for (const section of chapter.sections ?? [null]) {
			for (const task of (section ?? chapter).tasks)
				found.push({ ...task, chapter, section });
		}
	}
	return found;
}

class Model {
	plan = null;
	tick = null;
	/** state: 'wait' before the first data, then 'live', 'stale' or 'offline'; since: ms of
	 *  the server's clock; cause: 'aggregator', 'silent', 'store' or 'network'; code and, of
	 *  an answer, status: why, as there are words for it; reason: the server's own. */
	live = { state: 'wait', since: 0, reason: '', cause: '', code: '', status: 0 };
	viewers = null;
	/** ITEMs, newest first; and how many records there are in all, null while unknown. */
	feed = [];
	recordCount = null;

	#scopes = new Map();
	#alerts = new Map();
	#tasks = new Map();
	#agencies = new Map();
	#listeners = new Set();
	#change = nothingChanged();
	#frame = 0;
	#ahead = 0;

	get lang() {
		return lang();
	}

	/** Data of a scope ("overall", "chapter/2", "agency/cnipa"), or undefined. */
	get(subject) {
		return this.#scopes.get(subject);
	}

	/** Data of the alerts that stand. */
	alerts() {
		return [...this.#alerts.values()].filter((a) => a.standing);
	}

	/** Data of the alert of that kind on that scope ("task/27"), if it stands. */
	alert(what, scope) {
		const found = this.#alerts.get(`${what}/${scope}`);

		return found?.standing ? found : undefined;
	}

	/** A task of the plan by its number; it also has `chapter` and `section` (or null). */
	task(number) {
		return this.#tasks.get(Number(number));
	}

	tasks() {
		return [...this.#tasks.values()];
	}

	agency(id) {
		return this.#agencies.get(id);
	}

	agencies() {
		return this.plan?.agencies ?? [];
	}

	chapterOf(number) {
		return this.task(number)?.chapter;
	}

	/** The title of anything that has zh and en, in the language in force. */
	title(x) {
		return x ? x[this.lang] ?? '' : '';
	}

	/** An agency's title, or its id if the plan in force has it no more. */
	agencyTitle(id) {
		return this.title(this.agency(id)) || id;
	}

	/** The server's clock, ms. */
	now() {
		return Date.now() + this.#ahead;
	}

	/** Calls fn({scopes, alerts, records, someRecords, live, all}) when something has changed,
	 *  at most once per frame; `someRecords`: there are more new ones than are told; `all`: the
	 *  plan or the whole picture is another. Returns what ends it. */
	on(fn) {
		this.#listeners.add(fn);
		return () => this.#listeners.delete(fn);
	}

	usePlan(plan) {
		this.plan = plan;
		this.#tasks = new Map(allTasks(plan).map((task) => [task.number, task]));
		this.#agencies = new Map(plan.agencies.map((a) => [a.id, a]));
		this.#change.all = true;
		this.#tell();
	}

	/** The whole picture, in place of what was there. */
	useSnapshot(snapshot) {
		this.#scopes.clear();
		this.#alerts.clear();
		this.useUpdate(snapshot);
		this.#change.all = true;
		if (snapshot.tick)
			this.tick = snapshot.tick;
	}

	useUpdate({ events = [], alerts = [] }) {
		for (const { subject, data } of events) {
			const name = scopeName(subject);

			if (!isNewer(data, this.#scopes.get(name)))
				continue;
			this.#scopes.set(name, data);
			this.#change.scopes.add(name);
		}
		for (const { data } of alerts) {
			const name = [data.what, data.scope, data.key].filter((x) => x !== '').join('/');

			if (!isNewer(data, this.#alerts.get(name)))
				continue;
			this.#alerts.set(name, data);
			this.#change.alerts = true;
		}
		this.#tell();
	}

	/** The newest records; null: they cannot be had yet. Those that came in meanwhile stay. */
	useFeed(answer) {
		const known = answer && this.recordCount === null ? this.feed : [];

		this.feed = answer?.items.slice(0, feedMax) ?? [];
		this.recordCount = answer?.count ?? null;
		this.#change.all = true;

		const fresh = this.#addRecords(known.toReversed());

		if (answer)
			this.recordCount += fresh.length;
		this.#tell();
	}

	/** New records, oldest first, and how many there are in all. Where some are left out these
	 *  are the newest, and no fewer than the feed has room for. */
	useRecords({ items, count, left_out: leftOut }) {
		const fresh = this.#addRecords(items);
		const records = [...this.#change.records, ...fresh];

		if (this.recordCount !== null)
			this.recordCount = count;
		this.#change.someRecords ||= leftOut > 0 || records.length > feedMax;
		this.#change.records = records.slice(-feedMax);
		this.#tell();
	}

	/** Those that the feed has not, oldest first, are put into it. */
	#addRecords(items) {
		const last = this.feed[0]?.position;
		const known = new Set(this.feed.map(itemKey));
		const fresh = items.filter((item) => !known.has(itemKey(item))
			&& (!last || comparePositions(item.position, last) >= 0));

		this.feed = [...fresh.toReversed(), ...this.feed].slice(0, feedMax);
		return fresh;
	}

	useTick(tick) {
		if (tick.now !== undefined) {
			this.#ahead = tick.now - Date.now();
			this.tick = tick;
		}
		this.viewers = tick.viewers ?? this.viewers;
		this.#change.live = true;
		this.#tell();
	}

	useLive(live) {
		this.live = live;
		this.#change.live = true;
		this.#tell();
	}

	#tell() {
		this.#frame ||= requestAnimationFrame(() => {
			const change = this.#change;

			this.#frame = 0;
			this.#change = nothingChanged();
			for (const fn of [...this.#listeners])
				fn(change);
		});
	}
}

export const model = new Model();
