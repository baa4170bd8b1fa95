/**
 * period_cell -- how obligations were reported for a period, as signs with counts: a tick
 * (on time), a clock (late), a cross (missed), a ring (still to come). Each sign has its
 * word for who hears it; a thin bar shows the shares.
 */

import { h, svg } from './dom.js';
import { t } from './i18n.js';

/** The signs, drawn so that no font has to have them: a 12 by 12 field. */
const shapes = {
	on_time: () => [svg('path', { d: 'M1.5 6.5 4.7 9.7 10.6 2.6' })],
	late: () => [svg('circle', { cx: 6, cy: 6, r: 4.6 }), svg('path', { d: 'M6 3.2V6.2L8 7.6' })],
	missed: () => [svg('path', { d: 'M2.2 2.2 9.8 9.8M9.8 2.2 2.2 9.8' })],
	open: () => [svg('circle', { cx: 6, cy: 6, r: 4.2, 'stroke-dasharray': '2.2 1.6' })],
};

export function sign(kind) {
	return svg('svg', { class: `sign sign-${kind}`, viewBox: '0 0 12 12', width: 12, height: 12,
		'aria-hidden': 'true' }, shapes[kind]());
}

/** What a cell consists of: [kind, count]; what is not due yet is not missed. */
export function countsOf(cell, state) {
	return [['on_time', cell.on_time], ['late', cell.late],
		[state === 'due' ? 'missed' : 'open', cell.missed]];
}

/** "按时 49，迟报 7，未报 2" */
export function inWords(cell, state) {
	if (!cell)
		return t('periods.none_word');
	return countsOf(cell, state).filter(([, n]) => n > 0)
		.map(([kind, n]) => t('periods.words', { word: t(`periods.${kind}`), n }))
		.join(t('days.comma'));
}

function count([kind, n]) {
	return h('span', { class: `tally tally-${kind}` }, n > 0 ? [sign(kind), String(n)] : null);
}

function shareBar(cell, state) {
	return h('span', { class: 'shares', 'aria-hidden': 'true' },
		countsOf(cell, state).filter(([, n]) => n > 0).map(([kind, n]) =>
			h('span', { class: `share share-${kind}`, style: { 'flex-grow': String(n) } })));
}

/** What stands in a cell of a table; null: nothing was to be reported. */
export function periodCell(cell, state) {
	if (!cell)
		return [h('span', { class: 'quiet', 'aria-hidden': 'true', text: '–' }),
			h('span', { class: 'hidden', text: t('periods.none_word') })];
	return [
		h('span', { class: 'tallies', 'aria-hidden': 'true' },
			countsOf(cell, state).map(count)),
		shareBar(cell, state),
		h('span', { class: 'hidden', text: inWords(cell, state) }),
	];
}

/** The sum of cells; null where none counts. */
export function sumOf(cells) {
	const there = cells.filter((cell) => cell);
	const add = (key) => there.reduce((n, cell) => n + cell[key], 0);

	return there.length === 0 ? null : { expected: add('expected'), on_time: add('on_time'),
		late: add('late'), missed: add('missed') };
}

/** What the signs mean. */
export function legend() {
	return h('ul', { class: 'keys' },
		['on_time', 'late', 'missed', 'open'].map((kind) =>
			h('li', {}, sign(kind), ' ', t(`periods.${kind}`), ' ',
				h('span', { class: 'quiet' }, t(`periods.${kind}_note`)))),
		h('li', {}, '– ', t('periods.none_word')));
}
