/**
 * scopes -- how overall, chapters, sections, tasks and agencies are called, and where each
 * is shown.
 */

import { h } from './dom.js';
import { t } from './i18n.js';
import { model } from './model.js';

function sectionOf(key) {
	const [chapter, section] = key.split('.').map(Number);

	return model.plan.chapters.find((c) => c.number === chapter)
		?.sections?.find((s) => s.number === section);
}

/** The number that stands before a scope's title, '' for one without. */
export function scopeNumber(scope, key) {
	return scope === 'overall' || scope === 'agency' ? '' : key;
}

export function scopeTitle(scope, key) {
	const titles = {
		overall: () => t('scope.overall'),
		chapter: () => model.title(model.plan.chapters.find((c) => String(c.number) === key)),
		section: () => model.title(sectionOf(key)),
		task: () => model.title(model.task(key)),
		agency: () => model.agencyTitle(key),
	};

	return titles[scope]?.() ?? key;
}

/** The address of a scope's own page. */
export function scopePath(scope, key) {
	return scope === 'overall' ? '/' : `/${scope}/${key}`;
}

/** "chapter/2" -> ['chapter', '2'] */
export function splitScope(name) {
	const at = name.indexOf('/');

	return at < 0 ? [name, ''] : [name.slice(0, at), name.slice(at + 1)];
}

/** The names of all scopes of a kind, in plan order: "chapter/1", … */
export function scopesOf(kind) {
	const { chapters } = model.plan;
	const keys = {
		overall: () => [''],
		chapter: () => chapters.map((c) => String(c.number)),
		section: () => chapters.flatMap((c) => (c.sections ?? [])
			.map((s) => `${c.number}.${s.number}`)),
		task: () => model.tasks().map((task) => String(task.number)),
		agency: () => model.agencies().map((a) => a.id),
	};

	return keys[kind]().map((key) => (key === '' ? kind : `${kind}/${key}`));
}

/** A list of all scopes to choose from. changed(name) after a choice. */
export function scopePicker(chosen, changed) {
	const picker = h('select', { class: 'pick', id: 'scope-picker', on: {
		change: () => changed(picker.value),
	} }, ['overall', 'chapter', 'section', 'agency', 'task'].map((kind) =>
		h('optgroup', { label: t(`scope.${kind}`) }, scopesOf(kind).map((name) => {
			const [scope, key] = splitScope(name);
			const text = [scopeNumber(scope, key), scopeTitle(scope, key)].join(' ').trim();

			return h('option', { value: name, selected: name === chosen, text });
		}))));

	return picker;
}
