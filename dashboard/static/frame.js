/**
 * frame -- what stands around every view: the plan's title, how live the picture is, the
 * navigation, search, language, theme, the banner when something is wrong, the foot.
 */

import { concerns } from './concerns.js';
import { attribute, flash, h, part, replace, say } from './dom.js';
import { moment, shortDate, time } from './format.js';
import { has, lang, t } from './i18n.js';
import { model } from './model.js';
import { go, here, href } from './route.js';
import { searchBox } from './search.js';

/** The views in the navigation: their paths, and the first parts of addresses in them. */
const places = [
	['overview', '/', ['overview']],
	['chapters', '/chapters', ['chapters', 'chapter', 'section', 'task']],
	['exceptions', '/exceptions', ['exceptions']],
	['agencies', '/agencies', ['agencies', 'agency']],
	['heat', '/heat', ['heat']],
	['periods', '/periods', ['periods']],
	['trend', '/trend', ['trend']],
	['compare', '/compare', ['compare']],
	['feed', '/feed', ['feed']],
];

const themes = ['auto', 'light', 'dark'];
const troublesMs = 1000;
let troubles = 0;

/** Tells screen readers, politely. */
export function announce(text) {
	document.getElementById('said').textContent = text;
}

function liveSign() {
	return h('p', { class: 'live', data: { part: 'live' } },
		h('span', { class: 'live-dot', 'aria-hidden': 'true' }),
		h('span', { class: 'live-word', data: { part: 'live-word' } }),
		h('span', { class: 'live-clock', data: { part: 'clock' } }));
}

function languageSwitch(settings) {
	const button = (code, text) => h('button', {
		type: 'button', id: `lang-${code}`, lang: code === 'zh' ? 'zh-CN' : 'en',
		'aria-pressed': String(lang() === code),
		on: { click: () => settings.lang(code) },
	}, text);

	return h('div', { class: 'switch', role: 'group', 'aria-label': t('app.lang') },
		button('zh', '中文'), button('en', 'EN'));
}

function themeSwitch(settings) {
	const now = settings.theme();
	const select = h('select', { class: 'pick', id: 'theme', 'aria-label': t('app.theme'),
		on: { change: () => settings.theme(select.value) } },
	themes.map((name) => h('option', { value: name, selected: name === now }, t(`theme.${name}`))));

	return select;
}

function planSwitch(plans) {
	const now = model.plan?.id;
	const select = h('select', { class: 'pick', 'aria-label': t('app.plan'),
		on: { change: () => go('/', { plan: select.value }) } },
	plans.map((p) => h('option', { value: p.id, selected: p.id === now }, model.title(p.title))));

	return select;
}

function navigation() {
	return h('nav', { class: 'nav wide', 'aria-label': t('app.nav') }, places.map(([name, path]) =>
		h('a', { href: href(path), data: { place: name } }, t(`nav.${name}`),
			name === 'exceptions' && h('span', { class: 'nav-count', data: { part: 'troubles' } }))));
}

/** Builds head and foot anew, in the language in force. settings: {lang(x), theme(x)}. */
export function buildFrame(settings, about) {
	const title = model.title(model.plan?.title);

	document.getElementById('skip').textContent = t('app.skip');
	replace(document.getElementById('head'),
		h('div', { class: 'head-row wide' },
			about.plans.length > 1 ? planSwitch(about.plans)
				: h('p', { class: 'plan-title' }, h('a', { href: href('/') }, title || t('app.name'))),
			liveSign(), h('span', { class: 'small quiet', data: { part: 'as-of' } }),
			h('div', { class: 'head-tools' },
				searchBox(announce), languageSwitch(settings), themeSwitch(settings))),
		navigation());
	replace(document.getElementById('foot'), h('div', { class: 'wide' },
		h('span', {}, t('app.version', { version: about.version })),
		h('span', { data: { part: 'revision' } }),
		h('span', { data: { part: 'position' } }),
		h('span', {}, t('app.zone', { zone: zone(model.plan?.utc_offset_min ?? 480) })),
		h('span', { data: { part: 'viewers' } })));
	showLive();
	countTroubles();
	showPlace(here());
}

function zone(minutes) {
	const two = (n) => String(n).padStart(2, '0');
	const size = Math.abs(minutes);

	return `${minutes < 0 ? '−' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** Marks where one is. */
export function showPlace(route) {
	for (const [name, path, names] of places) {
		const a = document.querySelector(`[data-place="${name}"]`);

		attribute(a, 'aria-current', names.includes(route.name) ? 'page' : null);
		attribute(a, 'href', href(path));
		if (names.includes(route.name))
			a.parentElement.scrollLeft = a.offsetLeft - 60;
	}
}

/** How many tasks there are to look at, beside the navigation's word; at most once a second. */
export function showTroubles() {
	troubles ||= setTimeout(() => {
		troubles = 0;
		countTroubles();
	}, troublesMs);
}

function countTroubles() {
	const el = part(document, 'troubles');
	const n = model.get('overall') ? concerns().length : 0;

	say(el, n || '');
	attribute(el, 'hidden', n === 0);
}

let shownState = 'wait';

/** Brings sign, clock, banner, viewers and foot up to date. */
export function showLive() {
	const { live, tick } = model;
	const sign = part(document, 'live');

	attribute(sign, 'data-state', live.state);
	say(part(document, 'live-word'), liveWord(live));
	say(part(document, 'clock'), live.state === 'live' ? time(tick?.now ?? model.now()) : '');
	attribute(part(document, 'clock'), 'hidden', live.state !== 'live');
	say(part(document, 'as-of'), tick ? `${t('word.as_of')} ${shortDate(tick.as_of)}` : '');
	// Whoever reads this is one of them: none is a count from before.
	say(part(document, 'viewers'),
		model.viewers ? t('app.viewers', { n: model.viewers }) : '');
	say(part(document, 'revision'), model.plan ? t('app.revision', { n: model.plan.revision }) : '');
	say(part(document, 'position'), tick ? t('app.position', { position: tick.position }) : '');
	showBanner(live);
	if (live.state === 'live' && ['stale', 'offline'].includes(shownState)) {
		announce(t('live.back'));
		flash(sign);
	}
	shownState = live.state;
}

function liveWord(live) {
	return t(`live.${live.state}`, { when: moment(live.since) });
}

function showBanner(live) {
	const banner = document.getElementById('banner');
	const wrong = ['stale', 'offline'].includes(live.state);
	const key = live.cause === 'network' ? 'offline' : live.cause;
	const text = wrong ? t(`banner.${key}`, { when: moment(live.since) }) : '';
	const code = `why.${live.code}`;
	const why = wrong && has(code)
		? t('banner.reason', { reason: t(code, { status: live.status }) }) : '';

	attribute(banner, 'data-state', live.state);
	document.documentElement.dataset.live = live.state;
	if (banner.textContent !== text + why)
		replace(banner, wrong && h('p', { class: 'wide' }, text,
			why && h('span', { class: 'banner-why', title: live.reason || null }, why)));
	banner.hidden = !wrong;
}
