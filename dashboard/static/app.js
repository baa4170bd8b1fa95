/**
 * app -- starts the page: chooses plan, language and theme, follows the plan, and shows the
 * view that the address names.
 */

import { h, replace } from './dom.js';
import { buildFrame, showLive, showPlace, showTroubles } from './frame.js';
import { setLang, t } from './i18n.js';
import { getJson, Live } from './live.js';
import { model } from './model.js';
import './print.js';
import { go, here, href } from './route.js';
import { searchKey } from './search.js';

/** The module of views/ for the first part of an address. */
const viewOf = {
	overview: 'overview', chapters: 'chapters', chapter: 'chapters', section: 'chapters',
	exceptions: 'exceptions', feed: 'feed', agencies: 'agencies', agency: 'agencies',
	heat: 'heat', periods: 'periods', task: 'task', trend: 'trend', compare: 'compare',
};
/** When dark.css applies. */
const darkWhen = { auto: 'screen and (prefers-color-scheme: dark)', dark: 'screen',
	light: 'not all' };
const retryMs = 3000;
const loaded = new Map();
const about = { version: '', plans: [] };
let live = null;
let shown = null; /* {name, view} */
let wanted = 0;
const depths = new Map(); /* of entries of the browser's history: scrollY */
let jumped = false; /* back or forth in the browser's history */

const main = document.getElementById('main');

const ctx = {
	model, go, href,
	api: (path) => getJson(`/api/v1/plans/${encodeURIComponent(model.plan.id)}/${path}`),
};

/* Language and theme: the address, then what was chosen before, then zh and the system's. */

function remembered(name) {
	try {
		return localStorage.getItem(`tuijin.${name}`);
	} catch {
		return null; /* a browser may forbid it */
	}
}

function remember(name, value) {
	try {
		localStorage.setItem(`tuijin.${name}`, value);
	} catch {
		/* then it holds for this page */
	}
}

const chosen = { lang: remembered('lang') ?? 'zh', theme: remembered('theme') ?? 'auto' };

function choose(name, value) {
	const { path, params } = here();

	chosen[name] = value;
	remember(name, value);
	if (params[name])
		go(path, { ...params, [name]: value }, { replace: true });
	dress();
	rebuild();
}

const settings = {
	lang: (value) => choose('lang', value),
	theme: (value) => (value ? choose('theme', value) : here().params.theme ?? chosen.theme),
};

/** Puts language and theme on; true if the language is another one. */
function dress() {
	const { params } = here();
	const theme = params.theme ?? chosen.theme;
	const before = document.documentElement.lang;

	setLang(params.lang ?? chosen.lang);
	document.documentElement.dataset.theme = theme;
	document.getElementById('dark').media = darkWhen[theme] ?? darkWhen.auto;
	return before !== document.documentElement.lang;
}

/* Views */

/** Something to say in place of a view. */
function message(heading, ...children) {
	document.title = [heading, model.title(model.plan?.title)].filter((x) => x).join(' · ');
	replace(main, h('h1', { class: 'message' }, heading), h('p', {}, children));
}

function leave() {
	shown?.view?.destroy();
	shown = null;
}

/** Shows what the address names; moved: somebody has gone there. */
async function show({ moved = false } = {}) {
	const route = here();
	const name = viewOf[route.name];
	const mine = ++wanted;

	showPlace(route);
	if (!model.plan)
		return;
	if (!name) {
		leave();
		message(t('app.not_found', { path: route.path }));
		return;
	}
	try {
		const module = loaded.get(name) ?? await import(`./views/${name}.js`);

		loaded.set(name, module);
		if (mine === wanted)
			enter(name, module, route, moved);
	} catch (error) {
		console.error(error);
		if (mine === wanted) {
			leave();
			message(t('app.no_view', { message: error.message }), h('button', {
				class: 'button', type: 'button', on: { click: () => show() } }, t('app.retry')));
		}
	}
}

function enter(name, module, route, moved) {
	const title = module.title(route);

	document.title = `${title} · ${model.title(model.plan.title)}`;
	if (shown?.name === name && shown.view.navigate?.(route)) {
		main.querySelector('h1').textContent = title;
		return;
	}
	leave();
	const root = h('div', { class: `view view-${name}` });

	replace(main, h('h1', { text: title, class: name === 'overview' && 'hidden' }), root);
	shown = { name, view: module.mount(root, { ...route, again: jumped }, ctx) };
	if (moved) {
		scrollTo(0, (jumped && depths.get(navigation.currentEntry.key)) || 0);
		main.focus({ preventScroll: true });
	}
}

/** All of it anew, in another language or of another plan. */
function rebuild() {
	const focused = document.activeElement?.id;

	buildFrame(settings, about);
	if (focused)
		document.getElementById(focused)?.focus({ preventScroll: true });
	leave();
	show();
}

/* The plan */

function changed(change) {
	if (change.all) {
		rebuild();
		return;
	}
	showLive();
	if (change.scopes.size || change.alerts)
		showTroubles();
	shown?.view.update(change);
}

function follow(id) {
	live?.stop();
	live = null;
	if (!about.plans.some((p) => p.id === id)) {
		leave();
		message(t('app.unknown_plan', { id }), about.plans.map((p) =>
			h('a', { href: href('/', { plan: p.id }) }, p.title[model.lang])));
		return;
	}
	live = new Live(id);
	live.start();
}

async function start() {
	try {
		Object.assign(about, await getJson('/api/v1/plans'));
	} catch (error) {
		message(t('app.failed', { message: error.message }));
		setTimeout(start, retryMs);
		return;
	}
	const id = here().params.plan ?? about.plans[0]?.id;

	if (!id) {
		message(t('app.no_plan'));
		setTimeout(start, retryMs);
		return;
	}
	follow(id);
}

function moved() {
	const { plan } = here().params;

	if (plan && about.plans.length && (!live || plan !== model.plan?.id)) {
		follow(plan);
		return;
	}
	if (dress())
		rebuild();
	else
		show({ moved: true });
}

/** Before any change of the address: how far down one was here, and whether it is a jump. */
function leaving(event) {
	depths.set(navigation.currentEntry.key, scrollY);
	jumped = event.navigationType === 'traverse';
}

function skip(event) {
	event.preventDefault();
	main.focus();
}

dress();
message(t('app.loading'));
buildFrame(settings, about);
model.on(changed);
history.scrollRestoration = 'manual';
addEventListener('hashchange', moved);
addEventListener('keydown', searchKey);
globalThis.navigation?.addEventListener('navigate', leaving);
document.getElementById('skip').addEventListener('click', skip);
start();
