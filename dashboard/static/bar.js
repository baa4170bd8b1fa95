/**
 * bar -- the two signs that stand for a scope everywhere: a completion bar with a mark at
 * what is expected, and a light with its word and reason.
 *
 * Each is made once and then moved: setBar(), setLight() take the newest summary.
 */

import { attribute, h, say } from './dom.js';
import { lightWord, percent, points, reasonWord } from './format.js';
import { t } from './i18n.js';

/** What is to be shown of a summary; an agency's is its own part. */
function figures(data) {
	return { percent: data?.own ? data.own.percent : data?.percent, expected: data?.expected };
}

function inWords(data) {
	const { percent: done, expected } = figures(data);

	if (done === null || done === undefined)
		return t('bar.nothing');
	return t('bar.words', {
		percent: percent(done), expected: percent(expected), gap: points(data.gap),
	});
}

/**
 * A completion bar. Filled: what is done. Tinted in the light's colour: what is missing up
 * to the mark. big: the one of the overview.
 */
export function bar(data, { big = false } = {}) {
	const el = h('div', { class: big ? 'bar bar-big' : 'bar', role: 'img' },
		h('div', { class: 'bar-short' }), h('div', { class: 'bar-done' }),
		h('div', { class: 'bar-mark' }));

	return setBar(el, data);
}

export function setBar(el, data) {
	const { percent: done, expected } = figures(data);
	const [short, fill, mark] = el.children;

	attribute(el, 'aria-label', inWords(data));
	attribute(el, 'data-light', data?.light ?? 'grey');
	attribute(el, 'data-empty', done === null || done === undefined);
	fill.style.width = `${done ?? 0}%`;
	short.style.width = `${Math.max(done ?? 0, expected ?? 0)}%`;
	mark.style.left = `${expected ?? 0}%`;
	return el;
}

/**
 * A light: dot, word, reason. word: false leaves the colour's word to screen readers where
 * the reason says enough beside it; long: the reason with its figures.
 */
export function light(data, options = {}) {
	const el = h('span', { class: 'light' },
		h('span', { class: 'light-dot', 'aria-hidden': 'true' }),
		h('span', { class: 'light-word' }), h('span', { class: 'light-why' }));

	return setLight(el, data, options);
}

export function setLight(el, data, { long = false } = {}) {
	const [, word, why] = el.children;
	const reason = reasonWord(data, { long });

	attribute(el, 'data-light', data?.light ?? 'grey');
	say(word, lightWord(data?.light ?? 'grey'));
	say(why, reason);
	attribute(why, 'hidden', reason === '');
	return el;
}
