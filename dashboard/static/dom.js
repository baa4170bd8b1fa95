/**
 * dom -- elements without markup: data only ever becomes text nodes and attributes.
 */

const svgSpace = 'http://www.w3.org/2000/svg';
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const flashMs = 1400;
const flashesMax = 24; /* at a time: where everything moves, nothing needs to be shown to */
const flashed = new WeakMap();
let flashes = 0;

/** Appends nodes, strings and arrays of them; null, undefined and false are left out. */
function append(el, children) {
	for (const child of children) {
		if (Array.isArray(child))
			append(el, child);
		else if (child !== null && child !== undefined && child !== false)
			el.append(child);
	}
}

/** What a property of h() means, where it is not simply an attribute. */
const special = {
	text: (el, value) => { el.textContent = value; },
	on: (el, value) => {
		for (const [name, fn] of Object.entries(value))
			el.addEventListener(name, fn);
	},
	style: (el, value) => {
		for (const [name, v] of Object.entries(value))
			el.style.setProperty(name, v);
	},
	data: (el, value) => Object.assign(el.dataset, value),
};

function set(el, props) {
	for (const [name, value] of Object.entries(props ?? {})) {
		if (special[name])
			special[name](el, value);
		else
			attribute(el, name, value);
	}
}

/** Sets an attribute if it differs; null, undefined and false take it away. */
export function attribute(el, name, value) {
	if (value === null || value === undefined || value === false)
		el.removeAttribute(name);
	else if (el.getAttribute(name) !== String(value === true ? '' : value))
		el.setAttribute(name, value === true ? '' : value);
}

/**
 * Makes an element. props: attributes as they are called in HTML, and `text`,
 * `on: {click: fn}`, `style: {width: '5%'}`, `data: {key: 'x'}`.
 */
export function h(tag, props, ...children) {
	const el = document.createElement(tag);

	set(el, props);
	append(el, children);
	return el;
}

/** The same in the SVG namespace. */
export function svg(tag, props, ...children) {
	const el = document.createElementNS(svgSpace, tag);

	set(el, props);
	append(el, children);
	return el;
}

/** Puts the children in place of whatever root has. */
export function replace(root, ...children) {
	root.replaceChildren();
	append(root, children);
	return root;
}

const rowsOf = new WeakMap();

/**
 * Makes root's children those of items, in their order. key(item) names a row for ever:
 * make(item) -> element is called for a new one, update(element, item) for each, new ones
 * too. Elements that stay keep focus and scroll.
 */
export function keyed(root, items, key, make, update) {
	const old = rowsOf.get(root) ?? new Map();
	const rows = new Map();
	const focused = root.contains(document.activeElement) ? document.activeElement : null;
	let at;

	for (const item of items) {
		const k = key(item);
		const el = old.get(k) ?? make(item);

		update?.(el, item);
		rows.set(k, el);
	}
	for (const [k, el] of old) {
		if (rows.get(k) !== el)
			el.remove();
	}
	at = root.firstChild;
	for (const el of rows.values()) {
		if (el === at)
			at = at.nextSibling;
		else
			root.insertBefore(el, at);
	}
	while (at) {
		const next = at.nextSibling;

		at.remove();
		at = next;
	}
	rowsOf.set(root, rows);
	if (focused && focused !== document.activeElement && root.contains(focused))
		focused.focus({ preventScroll: true });
}

/** Sets the text if it differs. True if it did. */
export function say(el, text) {
	const value = String(text);

	if (el.textContent === value)
		return false;
	el.textContent = value;
	return true;
}

/** A note in place of something that is empty; '' hides it. */
export function note(el, text) {
	attribute(el, 'hidden', text === '');
	say(el, text);
}

/** The same for a number that moves: what changes is seen for a moment. */
export function move(el, text) {
	const first = el.textContent === '';

	if (say(el, text) && !first)
		flash(el);
}

/** A short fade of the background; none for who wants no motion. */
export function flash(el) {
	const now = performance.now();

	if (calm.matches || flashes >= flashesMax || now - (flashed.get(el) ?? -Infinity) < flashMs
		|| !el.isConnected)
		return;
	flashed.set(el, now);
	flashes++;
	el.animate([{ backgroundColor: 'var(--flash)' }, { backgroundColor: 'transparent' }],
		{ duration: flashMs, easing: 'ease-out' }).finished.finally(() => { flashes--; });
}

/** The first element under root with that attribute data-<name>, for what was made by h(). */
export function part(root, name) {
	return root.querySelector(`[data-part="${name}"]`);
}
