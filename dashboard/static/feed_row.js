/**
 * feed_row -- one record as a line: when, who, which task, from what to what.
 */

import { h, say } from './dom.js';
import { ago, datetime, dispositionWord, nothing, percent, stateWord } from './format.js';
import { t } from './i18n.js';
import { model } from './model.js';
import { href } from './route.js';

/** What a record did, in words: "45.00% → 51.50%". */
export function changeWords(item) {
	if (item.kind === 'withdrawal')
		return t('feed.withdrew');
	if (item.kind === 'disposition')
		return t('feed.ruled', { word: dispositionWord(item.disposition) });
	if (item.percent_before === null || item.percent_before === undefined)
		return `${t('feed.first')} ${percent(item.percent)}`;
	return item.percent_before === item.percent ? percent(item.percent)
		: t('feed.changed', { from: percent(item.percent_before), to: percent(item.percent) });
}

/** The state it came to, if that is news. */
function newState(item) {
	if (item.kind !== 'report')
		return '';
	return item.state === item.state_before && item.state === 'in_progress'
		? '' : stateWord(item.state);
}

function marks(item) {
	return [
		newState(item) && h('span', { class: `mark state-${item.state}` }, newState(item)),
		item.help && h('span', { class: 'mark mark-help' }, t('feed.help')),
		item.effect === 'stale' && h('span', { class: 'mark' }, t('feed.stale')),
		item.effect === 'foreign' && h('span', { class: 'mark' }, t('feed.foreign')),
	];
}

/** The agency's own words, or the office's reason. */
function words(item) {
	const texts = item.kind === 'disposition' ? [item.reason]
		: [item.state === 'blocked' || item.help ? item.problems : '', item.summary];
	const text = texts.filter((x) => x).join(' · ');
	const proofs = item.evidence?.length ?? 0;

	return [text, proofs ? h('span', { class: 'quiet' }, ` ${t('feed.evidence', { n: proofs })}`)
		: null];
}

/** A line for the record; full: with what was said. setAgo() keeps its "3 min ago" true. */
export function feedRow(item, { full = false } = {}) {
	const task = model.task(item.task);
	const when = h('time', { class: 'feed-when', datetime: new Date(item.received).toISOString(),
		title: datetime(item.received) });
	const row = h('li', { class: 'feed-row' }, when,
		h('div', { class: 'feed-what' },
			h('p', { class: 'feed-line' },
				h('a', { class: 'feed-who', href: href(`/agency/${item.agency}`) },
					model.agencyTitle(item.agency)),
				h('span', { class: 'feed-did' },
					h('span', { class: 'feed-change' }, changeWords(item)), marks(item))),
			h('p', { class: 'feed-task' }, h('a', { class: 'title-link', href: href(`/task/${item.task}`) },
				h('span', { class: 'no' }, item.task), ' ',
				h('span', {}, task ? model.title(task) : nothing))),
			full && h('p', { class: 'feed-words' }, words(item))));

	setAgo(row, item);
	return row;
}

export function setAgo(row, item) {
	say(row.firstChild, ago(item.received));
}

/** The newest record for screen readers. */
export function announcement(item) {
	return t('feed.latest', { agency: model.agencyTitle(item.agency),
		title: model.title(model.task(item.task)), change: changeWords(item) });
}

/** Why a list of records is empty. */
export function emptyWords() {
	if (model.recordCount === null)
		return t('app.loading');
	return t(model.feed.length ? 'feed.none_match' : 'feed.none');
}
