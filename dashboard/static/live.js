/**
 * live -- keeps the model up to date: the snapshot first, then the stream of events from
 * where it was taken; again when the stream says so, or breaks off.
 *
 * Says honestly how fresh the picture is: 'stale' while the aggregator or the stream is
 * silent, 'offline' without a connection.
 */

import { model } from './model.js';

const silentMs = 5000; /* there is a tick every second */
const deadMs = 15000; /* then the connection is made anew */
const retryMs = [500, 1000, 2000, 4000, 8000];
const feedMs = 1000;
const spreadMs = 2000; /* within which all viewers fetch everything, when all are told to */
const unseenMs = 60000;
const pendingMax = 2000;

/** GETs JSON. Throws {status, message}; status 0: no answer. */
export async function getJson(path) {
	let response;
	let body;

	try {
		response = await fetch(path, { headers: { Accept: 'application/json' } });
		body = await response.json();
	} catch (error) {
		throw Object.assign(new Error(error.message), { status: response?.status ?? 0 });
	}
	if (!response.ok)
		throw Object.assign(new Error(body.message ?? response.statusText),
			{ status: response.status });
	return body;
}

/** Follows a plan until stop(). */
export class Live {
	#base;
	#plan;
	#source = null;
	#after = '';
	#heard = performance.now();
	#attempt = 0;
	#timer = 0;
	#feedTimer = 0;
	#soon = 0;
	#awaited = false; /* somebody has just come back to the page */
	#watch = 0;
	#pending = null;
	#storeAway = 0;
	#unseen = 0;
	#resting = false;
	#stopped = false;

	constructor(plan) {
		this.#plan = plan;
		this.#base = `/api/v1/plans/${encodeURIComponent(plan)}`;
	}

	start() {
		addEventListener('online', this.#hurry);
		addEventListener('pagehide', this.#rest);
		addEventListener('pageshow', this.#wake);
		document.addEventListener('visibilitychange', this.#turned);
		this.#watch = setInterval(() => this.#look(), 1000);
		this.#load();
	}

	stop() {
		this.#stopped = true;
		removeEventListener('online', this.#hurry);
		removeEventListener('pagehide', this.#rest);
		removeEventListener('pageshow', this.#wake);
		document.removeEventListener('visibilitychange', this.#turned);
		clearTimeout(this.#unseen);
		clearInterval(this.#watch);
		clearTimeout(this.#timer);
		clearTimeout(this.#feedTimer);
		clearTimeout(this.#soon);
		this.#source?.close();
	}

	/** As #load(), within spreadMs, at random, unless somebody waits for it. */
	#loadSoon() {
		const wait = this.#awaited ? 0 : Math.random() * spreadMs;

		this.#pending = [];
		this.#soon ||= setTimeout(() => this.#load(), wait);
	}

	/** Fetches everything. What the stream says meanwhile is kept, and applied behind it. */
	async #load() {
		const mine = [];

		clearTimeout(this.#soon);
		this.#soon = 0;
		this.#pending = mine;
		try {
			const [plan, snapshot] = await Promise.all([
				getJson(this.#base), getJson(`${this.#base}/snapshot`),
			]);
			/* Asked for last: the stream goes on behind the snapshot, and what the feed
			 * has beyond that comes twice, which does no harm. */
			const feed = await this.#feed();

			if (this.#stopped || this.#pending !== mine)
				return;
			this.#pending = null;
			model.usePlan(plan);
			model.useSnapshot(snapshot);
			model.useFeed(feed);
			if (!feed)
				this.#feedLater();
			for (const apply of mine)
				apply();
			if (!this.#source && !this.#resting) {
				this.#after = snapshot.stream;
				this.#open();
			}
		} catch (error) {
			if (!this.#stopped && this.#pending === mine)
				this.#failed(error);
		}
	}

	/** The newest records; null where the server has not read them yet: the figures are
	 *  there all the same. */
	async #feed() {
		try {
			return await getJson(`${this.#base}/feed?limit=200`);
		} catch (error) {
			if (error.status === 503)
				return null;
			throw error;
		}
	}

	#feedLater() {
		clearTimeout(this.#feedTimer);
		this.#feedTimer = setTimeout(async () => {
			const feed = await this.#feed().catch(() => null);

			if (this.#stopped || model.recordCount !== null)
				return;
			if (feed)
				model.useFeed(feed);
			else
				this.#feedLater();
		}, feedMs);
	}

	#failed(error) {
		this.#pending = null;
		this.#source?.close();
		this.#source = null;
		this.#after = '';
		this.#say('offline', 'network', this.#lastHeard(),
			{ code: error.status ? 'answer' : '', status: error.status, reason: error.message });
		this.#later(() => this.#load());
	}

	/** In place of the stream that there was, or was to be. */
	#open() {
		clearTimeout(this.#timer);
		this.#timer = 0;
		this.#source?.close();

		const source = new EventSource(`/events?plan=${encodeURIComponent(this.#plan)}`
			+ `&after=${encodeURIComponent(this.#after)}`);
		const on = (name, fn) => source.addEventListener(name, (event) => {
			if (source !== this.#source)
				return;
			this.#heard = performance.now();
			this.#attempt = 0;
			this.#after = event.lastEventId || this.#after;
			fn(event.data ? JSON.parse(event.data) : null);
			this.#awaited = false;
		});

		this.#source = source;
		this.#heard = performance.now();
		on('update', (data) => this.#apply(() => model.useUpdate(data)));
		on('records', (data) => this.#apply(() => model.useRecords(data)));
		on('plan', () => this.#loadSoon());
		on('reset', () => this.#loadSoon());
		on('tick', (data) => this.#tick(data));
		source.addEventListener('error', () => this.#broken(source));
	}

	#apply(fn) {
		if (!this.#pending)
			fn();
		else if (this.#pending.push(fn) > pendingMax)
			this.#load();
	}

	#tick(tick) {
		model.useTick(tick);
		if (!tick.live) {
			this.#say('stale', 'aggregator', tick.since,
				{ code: tick.reason_code, reason: tick.reason });
			return;
		}
		if (tick.store === 'away') {
			this.#storeAway ||= tick.now;
			this.#say('stale', 'store', this.#storeAway);
			return;
		}
		this.#storeAway = 0;
		if (!this.#pending)
			this.#say('live', '', tick.now);
	}

	#broken(source) {
		if (source !== this.#source || this.#stopped)
			return;
		source.close();
		this.#source = null;
		clearTimeout(this.#soon);
		this.#soon = 0;
		this.#say('offline', 'network', this.#lastHeard());
		this.#later(() => (this.#after && !this.#pending ? this.#open() : this.#load()));
	}

	/** The moment of the last word, by the server's clock. */
	#lastHeard() {
		return Math.round(model.now() - (performance.now() - this.#heard));
	}

	#look() {
		const silent = performance.now() - this.#heard;

		if (!this.#source || silent < silentMs)
			return;
		this.#say('stale', 'silent', this.#lastHeard());
		if (silent >= deadMs)
			this.#broken(this.#source);
	}

	#later(fn) {
		const wait = retryMs[Math.min(this.#attempt, retryMs.length - 1)];

		this.#attempt++;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => {
			this.#timer = 0;
			fn();
		}, wait * (0.75 + Math.random() / 2));
	}

	/** The network is back: no reason to wait. */
	#hurry = () => {
		if (!this.#timer)
			return;
		clearTimeout(this.#timer);
		this.#timer = 0;
		this.#load();
	};

	/** A page that nobody sees gives its connection back: a browser has few for a server. */
	#rest = () => {
		if (!this.#source)
			return;
		this.#source.close();
		this.#source = null;
		this.#resting = true;
	};

	#wake = () => {
		if (this.#resting) {
			this.#resting = false;
			this.#awaited = true;
			this.#open();
		} else {
			this.#hurry();
		}
	};

	#turned = () => {
		clearTimeout(this.#unseen);
		if (document.hidden)
			this.#unseen = setTimeout(this.#rest, unseenMs);
		else
			this.#wake();
	};

	/** Tells the model; `since` stays what it was while the state does. */
	#say(state, cause, since, { code = '', status = 0, reason = '' } = {}) {
		const { live } = model;

		if (live.state === state && live.cause === cause && live.code === code
			&& live.status === status && live.reason === reason)
			return;
		// A silence that ends in a broken connection began with the last word, too.
		const began = state !== 'live' && ['stale', 'offline'].includes(live.state)
			? Math.min(live.since, since) : since;

		model.useLive({ state, cause, since: began, code, status, reason });
	}
}
