/**
 * route -- the address of the page: "#/chapter/2?light=red&lang=en" and back.
 */

const kept = ['lang', 'theme', 'plan'];

/** {path: '/chapter/2', name: 'chapter', key: '2', params: {light: 'red'}} */
export function parseRoute(hash) {
	const [path, query = ''] = hash.replace(/^#/, '').split('?');
	const [name, ...key] = path.split('/').filter((x) => x !== '');

	return {
		path: path || '/', name: name ?? 'overview', key: decode(key.join('/')),
		params: Object.fromEntries(new URLSearchParams(query)),
	};
}

function decode(text) {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/** The address of here. */
export function here() {
	return parseRoute(location.hash);
}

/** A link to a path, with what the address of here says of language, theme and plan.
 *  Parameters that are null, undefined or '' are left out. */
export function href(path, params = {}) {
	const now = here().params;
	const query = new URLSearchParams();

	for (const name of kept) {
		if (now[name] && !(name in params))
			query.set(name, now[name]);
	}
	for (const [name, value] of Object.entries(params)) {
		if (value !== null && value !== undefined && value !== '')
			query.set(name, value);
	}
	// Commas and slashes may stand as they are, and are easier to read.
	const text = query.toString().replaceAll('%2C', ',').replaceAll('%2F', '/');

	return `#${path}${text && `?${text}`}`;
}

/** Goes there; replace: without an entry of its own in the browser's history. */
export function go(path, params = {}, { replace = false } = {}) {
	const to = href(path, params);

	if (to === location.hash)
		return;
	if (!replace) {
		location.hash = to;
		return;
	}
	history.replaceState(history.state, '', to);
	dispatchEvent(new HashChangeEvent('hashchange'));
}

/** A parameter that is a list: "red,yellow" -> Set. */
export function listed(text) {
	return new Set((text ?? '').split(',').filter((x) => x !== ''));
}
