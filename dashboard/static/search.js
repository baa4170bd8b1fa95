/**
 * search -- the box in the head that finds tasks and agencies by number, title or id; a
 * combobox with a list, all of it by keyboard ('/' goes there).
 */

import { attribute, h, replace } from './dom.js';
import { t } from './i18n.js';
import { model } from './model.js';
import { go } from './route.js';

const shownMax = 12;

function contains(text, q) {
	return text.toLowerCase().includes(q);
}

/** Tasks that fit a text, by number, title in either language, or an agency of theirs. */
export function taskFits(task, text) {
	const q = text.trim().toLowerCase();

	if (q === '')
		return true;
	return String(task.number) === q || contains(task.zh, q) || contains(task.en, q)
		|| (!/^\d+$/.test(q) && task.agencies.some((id) => agencyFits(model.agency(id), q)));
}

function agencyFits(agency, q) {
	return agency && (agency.id === q || contains(agency.zh, q) || contains(agency.en, q));
}

/** What fits: {path, mark, title}, agencies first, tasks of that very number at the top. */
function find(text) {
	const q = text.trim().toLowerCase();
	const tasks = model.tasks().filter((task) => String(task.number).startsWith(q)
		|| contains(task.zh, q) || contains(task.en, q));
	const exact = tasks.filter((task) => String(task.number) === q);
	const row = (task) => ({ path: `/task/${task.number}`, mark: String(task.number),
		title: model.title(task) });

	return [
		...exact.map(row),
		...model.agencies().filter((a) => agencyFits(a, q) || a.id.startsWith(q))
			.map((a) => ({ path: `/agency/${a.id}`, mark: t('word.agency'),
				title: model.title(a) })),
		...tasks.filter((task) => !exact.includes(task)).map(row),
	];
}

/** Makes the box. say(text) tells screen readers. */
export function searchBox(say) {
	const list = h('ul', { class: 'search-list', id: 'found', role: 'listbox',
		'aria-label': t('search.label'), hidden: true });
	const field = h('input', {
		class: 'field', type: 'search', id: 'search', role: 'combobox', autocomplete: 'off',
		'aria-expanded': 'false', 'aria-controls': 'found', 'aria-autocomplete': 'list',
		'aria-label': t('search.label'), placeholder: t('search.hint'), spellcheck: 'false',
		enterkeyhint: 'search',
	});
	let rows = [];
	let at = -1;

	function close() {
		list.hidden = true;
		attribute(field, 'aria-expanded', 'false');
		attribute(field, 'aria-activedescendant', null);
		at = -1;
	}

	function choose(row) {
		field.value = '';
		close();
		go(row.path, row.params);
	}

	function mark(i) {
		at = rows.length ? (i + rows.length) % rows.length : -1;
		[...list.children].forEach((li, n) => attribute(li, 'aria-selected', String(n === at)));
		attribute(field, 'aria-activedescendant', at < 0 ? null : `found-${at}`);
		list.children[at]?.scrollIntoView({ block: 'nearest' });
	}

	function option(row, i) {
		return h('li', { role: 'option', id: `found-${i}`, 'aria-selected': 'false',
			on: { pointerdown: (event) => { event.preventDefault(); choose(row); } } },
		row.mark && h('span', { class: 'num' }, row.mark), h('span', {}, row.title));
	}

	function show() {
		const q = field.value.trim();
		const found = q ? find(q) : [];

		if (q === '') {
			close();
			return;
		}
		rows = [...found.slice(0, shownMax),
			{ path: '/chapters', params: { q }, mark: '', title: t('search.all', { q }) }];
		replace(list, rows.map(option));
		list.hidden = false;
		attribute(field, 'aria-expanded', 'true');
		at = -1;
		say(found.length ? t('search.found', { n: found.length }) : t('search.none'));
	}

	const keys = {
		ArrowDown: () => mark(at + 1),
		ArrowUp: () => mark(at < 0 ? -1 : at - 1),
		Enter: () => rows.length && choose(rows[Math.max(at, 0)]),
		Escape: () => { field.value = ''; close(); },
	};

	field.addEventListener('input', show);
	field.addEventListener('focus', show);
	field.addEventListener('blur', close);
	field.addEventListener('keydown', (event) => {
		if (event.isComposing || !keys[event.key] || list.hidden)
			return;
		event.preventDefault();
		keys[event.key]();
	});
	return h('div', { class: 'search', role: 'search' }, field, list);
}

/** '/' goes to the box from wherever no text is being written. */
export function searchKey(event) {
	const writing = event.target.closest?.('input, select, textarea');

	if (event.key !== '/' || writing || event.ctrlKey || event.metaKey || event.altKey)
		return;
	event.preventDefault();
	document.getElementById('search')?.focus();
}
