/**
 * task_words -- what an agency said on a task: summary, problems, next steps, evidence. Its
 * texts are data: they become text, and only web addresses become links.
 */

import { h } from './dom.js';
import { t } from './i18n.js';

const texts = ['summary', 'problems', 'next_steps'];

/** A piece of evidence: a link if its URI is one of the web, else its words alone. */
function evidence({ title, uri }) {
	const address = h('bdi', { class: 'of uri', text: uri });

	if (!/^https?:\/\//i.test(uri))
		return h('li', {}, h('bdi', { text: title }), ' ', address);
	return h('li', {}, h('a', { href: uri, target: '_blank', rel: 'noopener noreferrer' },
		h('bdi', { text: title })), ' ', address);
}

function row(key, ...content) {
	return h('div', { class: 'said', 'data-what': key }, h('dt', { text: t(`task.${key}`) }),
		h('dd', {}, content));
}

/** True if there is anything to read in a record. */
export function hasWords(word) {
	return texts.some((key) => word?.[key]) || word?.help || word?.evidence?.length > 0
		|| Boolean(word?.reason);
}

/** What a record says, as a `dl`; null if nothing. */
export function words(word) {
	if (!hasWords(word))
		return null;
	return h('dl', { class: 'saids' },
		word.reason ? row('reason', word.reason) : null,
		texts.map((key) => (word[key] ? row(key, word[key]) : null)),
		word.help ? row('help', t('task.help_asked')) : null,
		word.evidence?.length ? row('evidence', h('ul', {}, word.evidence.map(evidence))) : null);
}
