/**
 * task_parts -- the agencies of a task: role, whether it counts, how far its part is, and
 * its newest words.
 */

import { bar, setBar } from './bar.js';
import { partFigures } from './derive.js';
import { flash, h, move, replace, say } from './dom.js';
import { datetime, percent, roleWord, stateWord } from './format.js';
import { t } from './i18n.js';
import { model } from './model.js';
import { words } from './task_words.js';

/** The part as the summary has it; as the record says where no summary does yet. */
function standing({ agency, word, summary }) {
	const part = summary?.parts.find((p) => p.agency === agency);

	if (part)
		return part;
	return word?.kind === 'report' ? word : { state: 'unreported', percent: 0 };
}

function moments(word) {
	return [
		h('span', {}, t('task.at'), ' ', h('time', { text: datetime(word.at) })),
		h('span', {}, t('task.received'), ' ', h('time', { text: datetime(word.received) })),
		word.key ? h('span', {}, t('task.key'), ' ', h('code', { text: word.key })) : null,
	];
}

/** What is read beside the figures. */
function content(word) {
	if (!word)
		return [h('p', { class: 'quiet', text: t('task.no_word') })];
	if (word.kind === 'withdrawal')
		return [h('p', { class: 'quiet', text: t('task.withdrawn') }),
			h('p', { class: 'moments' }, moments(word))];
	return [words(word) ?? h('p', { class: 'quiet', text: t('task.no_text') }),
		h('p', { class: 'moments' }, moments(word))];
}

/** A row for living(): {agency, role, counts, word, summary}. */
export function partRow(ctx, { agency, role, counts }) {
	const state = h('span', { class: 'strong' }), value = h('span', { class: 'num strong' });
	const line = bar(), said = h('div', { class: 'part-said' });
	let shown = null;

	return {
		node: h('li', { class: 'part' },
			h('div', { class: 'part-head' },
				h('h3', {}, h('a', { class: 'title-link', href: ctx.href(`/agency/${agency}`),
					text: model.agencyTitle(agency) })),
				h('p', { class: 'part-role' }, state, roleWord(role),
					h('span', { class: 'of', text: t(counts ? 'task.counts' : 'task.no_count') })),
				h('div', { class: 'part-bar' }, line, value)),
			said),
		set: (part) => {
			const now = standing(part);
			const seq = `${part.word?.seq} ${part.word?.kind}`;

			say(state, stateWord(now.state));
			move(value, now.state === 'unreported' ? percent(null) : percent(now.percent));
			setBar(line, partFigures(part.summary ?? { expected: null, light: 'grey' }, now));
			if (seq === shown)
				return;
			replace(said, content(part.word));
			if (shown !== null)
				flash(said);
			shown = seq;
		},
	};
}
