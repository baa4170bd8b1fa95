/**
 * days -- charts of how a scope went, day by day: completion against what was expected,
 * the lights, tasks that are done, reporting. One cross-hair, by mouse, touch and keyboard,
 * goes through all of them, and the heads say the figures of its day.
 */

import { dayNumber, drawStrip, nearest, panel, ticksOf } from './chart.js';
import { gapOf } from './derive.js';
import { h, say } from './dom.js';
import { date, lightWord, longDate, nothing, percent, points } from './format.js';
import { t } from './i18n.js';
import { model } from './model.js';

const count = (n) => (n === null || n === undefined ? nothing : String(n));

/** A summary as a day of a trend. */
export function dayOf(data) {
	return {
		date: date(data.as_of), so_far: true,
		percent: (data.own ?? data).percent, expected: data.expected, light: data.light,
		included: data.tasks.included, verified: data.tasks.verified,
		completed: data.tasks.completed, obligations: data.obligations.expected,
		reported: data.obligations.reported,
	};
}

/** The day since which the last day's light has been as it is: "2026-03-31". */
export function lightSince(days) {
	const before = days.findLastIndex((day) => day.light !== days.at(-1)?.light);

	return days[before + 1]?.date;
}

/** What each panel shows. line: a day's value; look: its style; on: an area down to that. */
const panels = {
	progress: {
		between: ['percent', 'expected'], share: 1.25,
		lines: [
			{ key: 'percent', look: 'done', of: (d) => d.percent, say: percent },
			{ key: 'expected', look: 'expected', of: (d) => d.expected, say: percent },
			{ key: 'gap', of: (d) => gapOf(d.percent, d.expected), say: points },
		],
	},
	tasks: {
		share: 1,
		lines: [
			{ key: 'included', look: 'whole', of: (d) => d.included, say: count },
			{ key: 'both', look: 'completed', of: (d) => d.verified + d.completed,
				on: 'verified', hidden: true },
			{ key: 'verified', look: 'verified', of: (d) => d.verified, on: null, say: count },
			{ key: 'completed', look: 'completed', of: (d) => d.completed, say: count,
				only: 'words' },
		],
	},
	reporting: {
		share: 0.8,
		lines: [
			{ key: 'obligations', look: 'whole', of: (d) => d.obligations, say: count },
			{ key: 'reported', look: 'done', of: (d) => d.reported, on: null, say: count },
		],
	},
};

const isDrawn = (line) => line.look && line.only !== 'words';
const isSaid = (line) => !line.hidden;

/** The scale of all that is drawn; of percents all 100 unless a part was asked for. */
function scaleFor(name, series, whole) {
	const values = series.flatMap((s) => s.values).filter((v) => v !== null);

	if (name === 'progress' && (whole || values.length === 0))
		return { bottom: 0, top: 100, ticks: [0, 25, 50, 75, 100] };
	if (name === 'progress') {
		const ticks = ticksOf(Math.min(...values), Math.min(100, Math.max(...values) + 1), 4);

		return { bottom: ticks[0], top: ticks.at(-1), ticks };
	}
	const top = Math.max(1, ...values) * 1.04;

	return { bottom: 0, top, ticks: ticksOf(0, top, 3)
		.filter((n) => Number.isInteger(n) && n <= top) };
}

/** width: of what is shown of the month; whole: of all of it. One form for all of an axis; ''
 *  for a month of which too little is shown. */
function monthName(day, width, whole) {
	const month = Number(day.slice(5, 7));

	if (whole < 34)
		return width < 12 ? '' : String(month);
	return width < 28 ? '' : t('days.month', { month, short: t(`days.m${month}`) });
}

/** A panel with its head: the name, and each line's value on the day looked at. */
class Part {
	constructor(name, level) {
		this.name = name;
		this.panel = panel();
		this.values = new Map();
		this.node = h('div', { class: 'days-part' }, h('div', { class: 'days-head' },
			h(level, { text: t(`days.${name}`) }),
			panels[name].lines.filter(isSaid).map((line) => this.#value(line))),
		this.panel.node);
	}

	#value(line) {
		const value = h('span', { class: 'days-value' });

		this.values.set(line.key, value);
		return h('span', { class: 'days-said' },
			line.look ? h('span', { class: `stroke chart-${line.look}`, 'aria-hidden': 'true' })
				: null,
			t(`days.${line.key}`), ' ', value);
	}

	draw(days, range, width, height, first) {
		const series = panels[this.name].lines.filter(isDrawn).map((line) =>
			({ ...line, values: days.map((d) => line.of(d)) }));
		const unit = this.name === 'progress' ? (v) => `${v}%` : String;

		this.panel.draw({ ...range, series, unit, between: panels[this.name].between,
			...scaleFor(this.name, series, range.whole), month: monthName,
			todayWord: t('days.today'), named: first }, width, height);
	}

	say(day) {
		for (const line of panels[this.name].lines.filter(isSaid))
			say(this.values.get(line.key), line.say(line.of(day)));
	}

	/** The same in words, for who hears it. */
	words(day) {
		return panels[this.name].lines.filter(isSaid).map((line) =>
			`${t(`days.${line.key}`)} ${line.say(line.of(day))}`);
	}
}

const paper = { width: 1000, scale: 0.62 };
/** Steps of the cross-hair by key, in days; the others go to an end. */
const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: -30,
	PageDown: 30 };

export class DayCharts {
	#days = [];
	#last = 0;
	#at = null;
	#drawn = 0;
	#range;
	/* Paper has a width of its own, which nothing tells beforehand. */
	#printed = () => this.#draw(Math.min(paper.width, this.node.clientWidth), paper.scale);
	#shown = () => this.#draw();

	/** names: of panels, top to bottom; height: of a usual one; level: their headings. */
	constructor(names, { height = 200, level = 'h2' } = {}) {
		this.height = height;
		this.parts = names.map((name) => new Part(name, level));
		this.when = h('span', { class: 'days-when' });
		this.lamp = h('span', { class: 'days-lamp' });
		this.strip = h('div', { class: 'days-strip' });
		this.parts[0].node.append(this.strip);
		this.cursor = h('div', {
			class: 'days-cursor', role: 'slider', tabindex: 0, 'aria-label': t('days.day'),
			'aria-valuemin': 0, on: {
				keydown: (e) => this.#key(e),
				pointermove: (e) => this.#point(e), pointerdown: (e) => this.#point(e),
				pointerleave: () => this.#look(null), blur: () => this.#look(null),
			},
		});
		this.node = h('div', { class: 'days' },
			h('p', { class: 'days-day' }, this.when, this.lamp),
			h('div', { class: 'days-stack' }, this.parts.map((p) => p.node), this.cursor));
		this.watcher = new ResizeObserver(() => {
			if (this.node.clientWidth !== this.#drawn)
				this.#draw();
		});
		this.watcher.observe(this.node);
		addEventListener('beforeprint', this.#printed);
		addEventListener('afterprint', this.#shown);
	}

	/** Shows days (of a trend); last: only so many of them, 0: the whole plan. */
	show(days, last = 0) {
		this.#days = last ? days.slice(-last - 1) : days;
		this.#last = last;
		this.#draw();
	}

	destroy() {
		this.watcher.disconnect();
		removeEventListener('beforeprint', this.#printed);
		removeEventListener('afterprint', this.#shown);
	}

	#rangeOf() {
		const numbers = this.#days.map((d) => dayNumber(d.date));
		const { starts, ends } = model.plan;
		const first = this.#last ? numbers[0] : Math.min(dayNumber(starts), numbers[0]);
		const last = this.#last ? numbers.at(-1) : Math.max(dayNumber(ends), numbers.at(-1));

		return { days: numbers, first, last, today: numbers.at(-1), whole: !this.#last };
	}

	#draw(width = this.node.clientWidth, scale = 1) {

		if (!width || this.#days.length === 0)
			return;
		this.#drawn = width;
		this.#range = this.#rangeOf();
		for (const [i, one] of this.parts.entries())
			one.draw(this.#days, this.#range, width,
				Math.round(this.height * panels[one.name].share * scale), i === 0);
		drawStrip(this.strip, { ...this.#range, lights: this.#days.map((d) => d.light),
			lightWord: (light) => t(`light.${light}`) }, width);
		this.cursor.setAttribute('aria-valuemax', this.#days.length - 1);
		this.#look(this.#at === null ? null : Math.min(this.#at, this.#days.length - 1));
	}

	/** Shows the figures of a day; null: of the last one, without a cross-hair. */
	#look(index) {
		const at = index ?? this.#days.length - 1;
		const day = this.#days[at];

		if (!day)
			return;
		this.#at = index;
		for (const one of this.parts) {
			one.panel.look(index);
			one.say(day);
		}
		say(this.when, longDate(day.date) + (day.so_far ? t('days.so_far') : ''));
		say(this.lamp, lightWord(day.light));
		this.lamp.dataset.light = day.light;
		this.cursor.setAttribute('aria-valuenow', at);
		this.cursor.setAttribute('aria-valuetext', [day.date, lightWord(day.light),
			...this.parts.flatMap((p) => p.words(day))].join(t('days.comma')));
	}

	#key(event) {
		const last = this.#days.length - 1;
		const step = steps[event.key];

		if (event.key === 'Escape')
			this.#look(null);
		else if (event.key === 'Home' || event.key === 'End')
			this.#look(event.key === 'Home' ? 0 : last);
		else if (step)
			this.#look(Math.max(0, Math.min(last, (this.#at ?? last) + step)));
		else
			return;
		event.preventDefault();
	}

	#point(event) {
		const { left, width } = this.cursor.getBoundingClientRect();

		if (this.#range)
			this.#look(nearest(this.#range, width, event.clientX - left));
	}
}
