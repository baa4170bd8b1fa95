/**
 * load -- a document of the server that is shown: fetched, fetched again when it has
 * changed, and after a failure until it comes.
 */

const againMs = 3000;
const refused = [400, 404];

export class Source {
	#ctx;
	#path;
	#got;
	#failed;
	#busy = false;
	#wanted = false;
	#ended = false;
	#timer = 0;
	#soon = 0;

	/** got(document) and failed(error) are called until stop(); neither may be missing. */
	constructor(ctx, path, got, failed) {
		this.#ctx = ctx;
		this.#path = path;
		this.#got = got;
		this.#failed = failed;
		this.refresh();
	}

	/** Fetches it again; while it is being fetched, once more behind that. */
	async refresh() {
		clearTimeout(this.#timer);
		clearTimeout(this.#soon);
		this.#soon = 0;
		this.#wanted = true;
		if (this.#busy)
			return;
		this.#busy = true;
		while (this.#wanted && !this.#ended) {
			this.#wanted = false;
			await this.#fetch();
		}
		this.#busy = false;
	}

	/** Fetches it again within ms, at random: what happens, all viewers hear at once. */
	refreshWithin(ms) {
		this.#soon ||= setTimeout(() => this.refresh(), Math.random() * ms);
	}

	async #fetch() {
		try {
			const document = await this.#ctx.api(this.#path);

			if (!this.#ended && !this.#wanted)
				this.#got(document);
		} catch (error) {
			if (this.#ended)
				return;
			this.#failed(error);
			if (!refused.includes(error.status))
				this.#timer = setTimeout(() => this.refresh(), againMs);
		}
	}

	stop() {
		this.#ended = true;
		clearTimeout(this.#timer);
		clearTimeout(this.#soon);
	}
}
