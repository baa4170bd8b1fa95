/**
 * feed -- the newest records as they come in: who said what on which task, and what became
 * of the number.
 */

import { attribute, h, note, say } from '../dom.js';
import { announcement, emptyWords, feedRow, setAgo } from '../feed_row.js';
import { textFilter } from '../filters.js';
import { announce } from '../frame.js';
import { t } from '../i18n.js';
import { itemKey, model } from '../model.js';
import { agencyPicker, picker } from '../picker.js';
import { go, href } from '../route.js';
import { taskFits } from '../search.js';
import { living } from '../table.js';

const kinds = ['report', 'withdrawal', 'disposition'];
const announceMs = 10000;
const agesMs = 5000;

export function title() {
	return t('feed.title');
}

class Feed {
	#list = h('ol', { class: 'feed feed-full' });
	#none = h('p', { class: 'empty', hidden: true });
	#count = h('span', { class: 'quiet small' });
	#clear = h('a', { href: href('/feed'), hidden: true }, t('filter.clear'));
	#announced = performance.now();
	#clock = setInterval(() => this.#show(), agesMs);

	constructor(root, { params }) {
		this.kind = kinds.includes(params.kind) ? params.kind : '';
		this.agency = model.agency(params.agency) ? params.agency : '';
		this.q = params.q ?? '';
		this.help = params.help === '1';
		root.append(this.#filters(), this.#list, this.#none);
		this.#show();
	}

	#filters() {
		const pick = (name) => (value) => {
			this[name] = value;
			this.#chose();
		};
		const help = h('button', { class: 'chip', type: 'button', 'aria-pressed': String(this.help),
			on: { click: () => {
				this.help = !this.help;
				attribute(help, 'aria-pressed', String(this.help));
				this.#chose();
			} } }, t('feed.only_help'));

		return h('div', { class: 'filters', role: 'group', 'aria-label': t('filter.label') },
			picker(t('filter.kind'), this.kind,
				[['', t('feed.any_kind')], ...kinds.map((k) => [k, t(`feed.${k}`)])], pick('kind')),
			agencyPicker(this.agency, pick('agency')), help,
			textFilter(t('filter.text'), this.q, pick('q')), this.#count, this.#clear);
	}

	get #params() {
		return { kind: this.kind, agency: this.agency, q: this.q, help: this.help ? '1' : '' };
	}

	#chose() {
		go('/feed', this.#params, { replace: true });
		this.#show();
	}

	#fits(item) {
		const task = model.task(item.task);

		return (this.kind === '' || item.kind === this.kind)
			&& (this.agency === '' || item.agency === this.agency)
			&& (!this.help || item.help)
			&& (this.q === '' || (task !== undefined && taskFits(task, this.q)));
	}

	#show() {
		const items = model.feed.filter((item) => this.#fits(item));

		living(this.#list, items, itemKey, (item) => {
			const node = feedRow(item, { full: true });

			return { node, set: () => setAgo(node, item) };
		});
		say(this.#count, model.recordCount === null ? ''
			: t('feed.count', { n: model.recordCount, shown: items.length }));
		attribute(this.#clear, 'hidden', !(this.kind || this.agency || this.help || this.q));
		note(this.#none, items.length ? '' : emptyWords());
	}

	/** Not each record: a stream of them would be all that a screen reader says. */
	#announce(records) {
		const now = performance.now();
		const last = records.findLast((item) => this.#fits(item));

		if (!last || now - this.#announced < announceMs)
			return;
		this.#announced = now;
		announce(announcement(last));
	}

	navigate({ params }) {
		const same = { kind: params.kind ?? '', agency: params.agency ?? '', q: params.q ?? '',
			help: params.help ?? '' };

		return href('/feed', same) === href('/feed', this.#params);
	}

	update({ records }) {
		if (records.length === 0)
			return;
		this.#show();
		this.#announce(records);
	}

	destroy() {
		clearInterval(this.#clock);
	}
}

export function mount(root, route) {
	return new Feed(root, route);
}
