/**
 * print -- what a printed page says of itself: where it comes from, of which day its
 * figures are, and whether they were live when it was printed.
 */

import { h, replace } from './dom.js';
import { date, datetime } from './format.js';
import { t } from './i18n.js';
import './i18n_more.js';
import { model } from './model.js';

const line = h('p', { class: 'printed' });

function show() {
	const { tick, live } = model;
	const parts = [
		tick && t('print.as_of', { date: date(tick.as_of) }),
		tick && t('print.position', { position: tick.position }),
		t('print.printed', { when: datetime(model.now()) }),
		live.state === 'live' ? null : t('print.stale', { when: datetime(live.since) }),
	];

	replace(line, parts.filter((part) => part).join(' · '), h('br'), location.href);
	document.getElementById('main').before(line);
}

addEventListener('beforeprint', show);
addEventListener('afterprint', () => line.remove());
