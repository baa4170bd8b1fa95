#include <string.h>

#include "cli/doctor.h"
#include "cli/doctor_http.h"
#include "cli/doctor_trouble.h"
#include "common/translate.h"

#define LINE_SHOWN 160 /* of what a service says */

/* What people call a service. */
static const struct {
	const char *name, *title;
} services[] = {
    {"collector", TEXT("the collector")},
    {"aggregator", TEXT("the aggregator")},
    {"dashboard", TEXT("the dashboard")},
};

static const char *
title_of(const char *name)
{
	for (size_t i = 0; i < OPTIONS_COUNT(services); i++)
		if (strcmp(services[i].name, name) == 0)
			return err_text(services[i].title);
	return name;
}

/* The first line of what was answered, fit to be shown. */
static const char *
first_line(const struct doctor_answer *answer, char out[LINE_SHOWN])
{
	struct text body = buf_text(&answer->body);
	struct text line = body.len > 0 ? body : text_of("");
	const char *end = memchr(line.at, '\n', line.len);

	if (end != NULL)
		line.len = (size_t)(end - line.at);
	return screen_safe(line, out, LINE_SHOWN);
}

static enum doctor_readiness
note_silence(struct doctor *d, const char *whose, const char *address, const struct err *why)
{
	doctor_find(&d->findings, doctor_blame(d, whose, address), "service_silent",
	    "%s does not answer at %s: %s", title_of(whose), address, why->msg);
	if (doctor_mend_guess(d, whose, address))
		return DOCTOR_SILENT;
	doctor_mend(&d->findings,
	    "see whether it runs and what it said last: 'systemctl status tuijin-%s' and "
	    "'journalctl -u tuijin-%s', or 'docker compose ps' and 'docker compose logs %s'; "
	    "--%s-http names another address, or none where it does not run",
	    whose, whose, whose, whose);
	return DOCTOR_SILENT;
}

static enum doctor_readiness
note_answer(
    struct doctor *d, const char *whose, const char *address, const struct doctor_answer *answer)
{
	char line[LINE_SHOWN];

	first_line(answer, line);
	if (answer->status == 200 && strcmp(line, "ready") == 0) {
		doctor_find(&d->findings, DOCTOR_FINE, "service_ready", "%s says that it is ready",
		    title_of(whose));
		return DOCTOR_READY;
	}
	if (answer->status == 503) {
		doctor_find(&d->findings, DOCTOR_FAULT, "service_not_ready",
		    "%s says that it is not ready: %s", title_of(whose), line);
		doctor_mend(&d->findings,
		    "what it waits for is named here; its log says since when ('journalctl -u "
		    "tuijin-%s' or 'docker compose logs %s')",
		    whose, whose);
		return DOCTOR_NOT_READY;
	}
	doctor_find(&d->findings, doctor_blame(d, whose, address), "service_other",
	    "at %s something else than %s answers: %ld %s", address, title_of(whose),
	    answer->status, line);
	if (!doctor_mend_guess(d, whose, address))
		doctor_mend(&d->findings, "name the address of its --http with --%s-http", whose);
	return DOCTOR_NOT_READY;
}

enum doctor_readiness
doctor_ready(struct doctor *d, const char *whose, const char *address)
{
	struct doctor_answer  answer;
	struct err            why = {0};
	enum doctor_readiness ready;

	if (address[0] == '\0') {
		doctor_find(&d->findings, DOCTOR_SKIPPED, "service_without_http",
		    "%s answers nobody over HTTP, so it was not asked whether it is ready",
		    title_of(whose));
		return DOCTOR_UNASKED;
	}
	if (doctor_http_get(address, "/readyz", d->cfg->timeout * 1000, &answer, &why) != 0)
		ready = note_silence(d, whose, address, &why);
	else
		ready = note_answer(d, whose, address, &answer);
	doctor_answer_fini(&answer);
	return ready;
}
