/**
 * task_timeline -- what was said on a task, newest first: who, when, from what to what.
 */

import { h } from './dom.js';
import { datetime, dispositionWord, percent, stateWord } from './format.js';
import { t } from './i18n.js';
import { model } from './model.js';
import { hasWords, words } from './task_words.js';

/** "from → to", or the one word where both are the same. */
function change(before, after) {
	if (before === after)
		return after;
	return h('span', { class: 'change' }, h('span', { class: 'quiet' }, before), ' → ', after);
}

function reported({ state_before: was, percent_before: before, state, percent: now }) {
	const first = was === null || was === undefined;

	return [
		change(first ? t('task.first') : stateWord(was), stateWord(state)), ' ',
		h('span', { class: 'num' }, change(first ? percent(now) : percent(before), percent(now))),
	];
}

const told = {
	report: reported,
	withdrawal: () => [t('task.withdrew')],
	disposition: ({ disposition }) => [t('task.ruled', { word: dispositionWord(disposition) })],
};

/** A row for living(): an ITEM. It never changes. What was said unfolds under it. */
export function timelineRow(item) {
	const effect = item.effect === 'applied' ? null : t(`task.${item.effect}`);
	const line = [
		h('time', { class: 'quiet', text: datetime(item.received) }),
		h('span', { class: 'item-who', text: model.agencyTitle(item.agency) }),
		h('span', { class: 'item-what' }, told[item.kind]?.(item) ?? item.kind),
		effect && h('span', { class: 'of', text: effect }),
	];
	const node = h('li', { class: 'item', 'data-kind': item.kind, 'data-effect': item.effect },
		hasWords(item) ? h('details', {}, h('summary', {}, h('span', { class: 'item-line' }, line)),
			words(item)) : h('p', { class: 'item-line' }, line));

	return { node, set: () => {} };
}
