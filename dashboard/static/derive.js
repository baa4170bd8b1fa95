/**
 * derive -- what follows from the tasks' summaries and has none of its own: how an agency
 * stands in each chapter, when it was last heard, how its part of a task stands.
 *
 * Percents are counted in basis points and rounded down, as everywhere.
 */

import { model } from './model.js';

const points = (percent) => Math.round(percent * 100);

/** Percent minus expected, two decimals; null where one of them is not there. */
export function gapOf(percent, expected) {
	if ([percent, expected].some((x) => x === null || x === undefined))
		return null;
	return (points(percent) - points(expected)) / 100;
}

/** The summaries of all tasks that there are, with the plan's task beside each. */
function summaries() {
	return model.tasks().map((task) => ({ task, data: model.get(`task/${task.number}`) }))
		.filter(({ data }) => data);
}

/** Agency id -> ms at which its newest report on any task came in; absent: never. */
export function lastHeard() {
	const heard = new Map();

	for (const { data } of summaries()) {
		for (const { agency, received } of data.parts) {
			if (received !== null)
				heard.set(agency, Math.max(received, heard.get(agency) ?? 0));
		}
	}
	return heard;
}

/** The tasks in which an agency has a part: [{task, data, part}], in plan order. */
export function tasksOf(agency) {
	return summaries().flatMap(({ task, data }) => data.parts
		.filter((part) => part.agency === agency).map((part) => ({ task, data, part })));
}

/** Whether a part counts in its task. */
export function counts(task, part) {
	return part.role === 'lead' || task.duty === 'shared';
}

/** How a part stands against what is expected of its task, as bar() takes it. */
export function partFigures(data, part) {
	const gap = gapOf(part.percent, data.expected);

	return { percent: part.percent, expected: data.expected, gap, light: data.light };
}

function emptyCell(agency, chapter) {
	return { agency, chapter, num: 0, due: 0, den: 0, some: false, tasks: 0, lead: 0, red: 0 };
}

function addTo(cell, { task, data }, part) {
	cell.num += task.weight * points(part.percent);
	cell.due += task.weight * points(data.expected);
	cell.den += task.weight;
	cell.some ||= part.percent > 0;
	cell.tasks += 1;
	cell.lead += part.role === 'lead' ? 1 : 0;
	cell.red += data.light === 'red' ? 1 : 0;
}

/** Shown like every percent: rounded down, but 0.01 where something was done. */
function finish(cell) {
	const done = Math.floor(cell.num / cell.den) || (cell.some ? 1 : 0);

	cell.percent = done / 100;
	cell.expected = Math.floor(cell.due / cell.den) / 100;
	cell.gap = gapOf(cell.percent, cell.expected);
	return cell;
}

/**
 * How each agency stands in each chapter, over its own parts of the tasks that count:
 * "cnipa/2" -> {agency, chapter, percent, expected, gap, tasks, lead, red}. No obligation:
 * no cell.
 */
export function matrix() {
	const cells = new Map();

	for (const one of summaries()) {
		if (one.data.den === 0)
			continue;
		for (const part of one.data.parts) {
			const key = `${part.agency}/${one.task.chapter.number}`;

			if (!cells.has(key))
				cells.set(key, emptyCell(part.agency, one.task.chapter.number));
			addTo(cells.get(key), one, part);
		}
	}
	cells.forEach(finish);
	return cells;
}
