/**
 * chart -- figures by day as plain SVG: lines, the area between two of them, areas that
 * stand on each other, months below, a mark at today and a cross-hair.
 *
 * A panel is drawn for a width in pixels and drawn again for another; it knows nothing of
 * what its figures mean. Colours and strokes are the style sheet's, by class.
 */

import { h, svg } from './dom.js';

const dayMs = 86400000;
const edge = { top: 10, right: 14, bottom: 22, left: 46 };

/** Days since 1970 of "2026-03-31", and back. */
export function dayNumber(date) {
	return Date.parse(`${date}T00:00:00Z`) / dayMs;
}

export function dayName(number) {
	return new Date(number * dayMs).toISOString().slice(0, 10);
}

/** Round steps from low to high, both inside: about `count` of them. */
export function ticksOf(low, high, count) {
	const raw = Math.max(high - low, 1e-9) / count;
	const power = 10 ** Math.floor(Math.log10(raw));
	const step = [1, 2, 2.5, 5, 10].find((m) => m * power >= raw) * power;
	const ticks = [];

	for (let n = Math.floor(low / step); n * step < high + step * 0.999; n++)
		ticks.push(Number((n * step).toFixed(6)));
	return ticks;
}

/** The first days of the months from one day to another, both day numbers. */
function monthsOf(first, last) {
	const at = new Date(first * dayMs);
	const months = [];

	at.setUTCDate(1);
	for (; at.getTime() / dayMs <= last; at.setUTCMonth(at.getUTCMonth() + 1))
		months.push(at.getTime() / dayMs);
	return months;
}

/** "M…L…" through the points that have a value; a gap begins anew. */
function linePath(points) {
	let path = '', pen = 'M';

	for (const [x, y] of points) {
		if (y === null) {
			pen = 'M';
			continue;
		}
		path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
		pen = 'L';
	}
	return path;
}

/** The pieces between two lines, cut where they cross; of those with a below or above b. */
function between(xs, a, b, below) {
	let path = '';

	for (let i = 1; i < xs.length; i++) {
		const gaps = [a[i - 1] - b[i - 1], a[i] - b[i]];

		if ([a[i - 1], a[i], b[i - 1], b[i]].includes(null))
			continue;
		path += piece(xs, a, b, i, gaps.map((gap) => (below ? gap : -gap)));
	}
	return path;
}

/** One day's piece: whole, a triangle up to where they cross, or nothing. y grows down. */
function piece(xs, a, b, i, [before, after]) {
	if (before <= 0 && after <= 0)
		return '';
	const at = before * after < 0 ? before / (before - after) : null;
	const cut = at === null ? [] : [[xs[i - 1] + at * (xs[i] - xs[i - 1]),
		a[i - 1] + at * (a[i] - a[i - 1])]];
	const left = before > 0 || at === null ? [[xs[i - 1], a[i - 1]], [xs[i - 1], b[i - 1]]] : cut;
	const right = after > 0 || at === null ? [[xs[i], b[i]], [xs[i], a[i]]] : cut;

	return `${linePath([...left, ...right])}Z`;
}

/** From days and values to pixels. */
function scales(spec, width, height) {
	const days = Math.max(1, spec.last - spec.first);
	const { top, bottom } = spec;

	return {
		x: (day) => edge.left + (day - spec.first) / days * (width - edge.left - edge.right),
		y: (value) => (value === null || value === undefined ? null : height - edge.bottom
			- (value - bottom) / (top - bottom) * (height - edge.top - edge.bottom)),
	};
}

function rows(spec, at, width) {
	return spec.ticks.map((value) => svg('g', { class: 'chart-row' },
		svg('line', {
			x1: edge.left, x2: width - edge.right, y1: at.y(value), y2: at.y(value),
		}),
		svg('text', { x: edge.left - 8, y: at.y(value) + 4, 'text-anchor': 'end',
			text: spec.unit(value) })));
}

/** Marks on the time axis: months, or days where few are shown. */
function columns(spec, at, height) {
	const few = spec.last - spec.first <= 62;
	const step = Math.max(1, Math.ceil((spec.last - spec.first) / 8));
	const starts = few
		? Array.from({ length: Math.floor((spec.last - spec.first) / step) + 1 },
			(_, i) => spec.first + i * step)
		: monthsOf(spec.first, spec.last);
	const whole = at.x(spec.first + 30) - at.x(spec.first);

	return starts.map((day, i) => {
		const next = starts[i + 1] ?? spec.last;
		const from = at.x(Math.max(day, spec.first)), to = at.x(Math.min(next, spec.last));
		const name = few ? dayName(day).slice(5) : spec.month(dayName(day), to - from, whole);

		return svg('g', { class: 'chart-column' },
			svg('line', { x1: from, x2: from, y1: edge.top, y2: height - edge.bottom + 5 }),
			name !== '' && svg('text', {
				x: few ? from : (from + to) / 2, y: height - 6, 'text-anchor': 'middle',
				text: name,
			}));
	});
}

/** An area from one series' values down to those of another, or to the bottom. */
function stacked(xs, upper, lower) {
	const back = xs.map((x, i) => [x, lower[i]]).reverse();

	return `${linePath([...xs.map((x, i) => [x, upper[i]]), ...back])}Z`;
}

function shapes(spec, at) {
	const xs = spec.days.map(at.x);
	const ys = new Map(spec.series.map((s) => [s.key, s.values.map(at.y)]));
	const floor = xs.map(() => at.y(spec.ticks[0]));
	const [a, b] = (spec.between ?? []).map((key) => ys.get(key));

	return [
		a && svg('path', { class: 'chart-behind', d: between(xs, a, b, true) }),
		a && svg('path', { class: 'chart-ahead', d: between(xs, a, b, false) }),
		spec.series.filter((s) => s.on !== undefined).map((s) => svg('path', {
			class: `chart-area chart-${s.look}`,
			d: stacked(xs, ys.get(s.key), s.on === null ? floor : ys.get(s.on)),
		})),
		spec.series.map((s) => svg('path', {
			class: `chart-line chart-${s.look}`,
			d: linePath(xs.map((x, i) => [x, ys.get(s.key)[i]])),
		})),
	];
}

/** A dot at each line's last day: where it is now, and all there is on the first day. */
function dots(spec, at) {
	return spec.series.filter((s) => s.values.at(-1) !== null).map((s) =>
		svg('circle', { class: `chart-dot chart-${s.look}`, r: 3, cx: at.x(spec.days.at(-1)),
			cy: at.y(s.values.at(-1)) }));
}

function todayMark(spec, at, height) {
	if (spec.today < spec.first || spec.today > spec.last)
		return null;
	const x = at.x(spec.today);
	const inside = spec.last - spec.today > (spec.last - spec.first) * 0.08;

	return svg('g', { class: 'chart-today' },
		svg('line', { x1: x, x2: x, y1: edge.top, y2: height - edge.bottom }),
		spec.named && svg('text', { x: inside ? x + 5 : x - 5, y: edge.top + 10,
			'text-anchor': inside ? 'start' : 'end', text: spec.todayWord }));
}

/** A line and a dot per series, moved to the day that is looked at. */
function hair(spec, height) {
	const line = svg('line', { y1: edge.top, y2: height - edge.bottom });
	const dots = spec.series.map((s) => svg('circle', { r: 3.5, class: `chart-${s.look}` }));

	return { node: svg('g', { class: 'chart-hair' }, line, dots), line, dots };
}

/** Runs of equal neighbours: [{value, from, to}], indices, both inside. */
export function runs(values) {
	const found = [];

	values.forEach((value, i) => {
		const last = found.at(-1);

		if (last && last.value === value)
			last.to = i;
		else
			found.push({ value, from: i, to: i });
	});
	return found;
}

/** The strip of lights: a day is half a day wide to each side. */
function strip(spec, at) {
	const half = 0.5;

	return runs(spec.lights).map(({ value, from, to }) => {
		const left = Math.max(at.x(spec.days[from] - half), edge.left);
		const right = at.x(Math.min(spec.days[to] + half, spec.last));

		return svg('g', { class: 'chart-light', 'data-light': value },
			svg('rect', { x: left, y: 1, width: Math.max(right - left, 1), height: 16 }),
			right - left < 20 ? null : svg('text', { x: (left + right) / 2, y: 13,
				'text-anchor': 'middle', text: spec.lightWord(value) }));
	});
}

/** Draws a strip of one light per day (spec.lights), on the same time axis as a panel. */
export function drawStrip(el, spec, width) {
	const at = scales({ ...spec, top: 1, bottom: 0 }, width, 0);

	el.replaceChildren(svg('svg', { class: 'chart chart-strip', width, height: 18,
		viewBox: `0 0 ${width} 18`, 'aria-hidden': 'true' }, strip(spec, at)));
}

/**
 * A panel. spec: first, last, today (day numbers); days (of the values); series [{key,
 * look, values, on}] (`on`: an area down to that series, or null for the floor);
 * between [key, key]; bottom, top, ticks; unit(value), month(date, width, whole); todayWord,
 * shown if named.
 * Returns {node, draw(spec, width, height), look(index or null)}.
 */
export function panel() {
	const node = h('div', { class: 'chart-box', 'aria-hidden': 'true' });
	let drawn = null;

	function draw(spec, width, height) {
		const at = scales(spec, width, height);
		const cross = hair(spec, height);

		drawn = { spec, at, cross };
		node.replaceChildren(svg('svg', { class: 'chart', width, height,
			viewBox: `0 0 ${width} ${height}` },
		rows(spec, at, width), columns(spec, at, height), shapes(spec, at).flat(2),
		todayMark(spec, at, height), dots(spec, at), cross.node));
		look(null);
	}

	function look(index) {
		const { spec, at, cross } = drawn;

		cross.node.toggleAttribute('hidden', index === null);
		cross.node.style.display = index === null ? 'none' : '';
		if (index === null)
			return;
		const x = at.x(spec.days[index]);

		cross.line.setAttribute('x1', x);
		cross.line.setAttribute('x2', x);
		spec.series.forEach((s, i) => {
			const y = at.y(s.values[index]);

			cross.dots[i].style.display = y === null ? 'none' : '';
			cross.dots[i].setAttribute('cx', x);
			cross.dots[i].setAttribute('cy', y ?? 0);
		});
	}

	return { node, draw, look };
}

/** The index of the day nearest to a pixel from the left of a panel of that width. */
export function nearest(spec, width, x) {
	const share = (x - edge.left) / (width - edge.left - edge.right);
	const day = spec.first + share * (spec.last - spec.first);
	let best = 0;

	spec.days.forEach((d, i) => {
		if (Math.abs(d - day) < Math.abs(spec.days[best] - day))
			best = i;
	});
	return best;
}
