#include "cli/sender.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/json.h"
#include "common/clock.h"
#include "core/mem.h"

#define SHOWN      300 /* of a message from outside */
#define SHOWN_NAME 100

static void
tell_late(const char *endpoint, int64_t timeout_ms, const char *why)
{
	if (why == NULL)
		command_note(LOG_WARN, "no answer yet from %s; trying for %" PRId64 " s", endpoint,
		    timeout_ms / 1000);
	else
		command_note(LOG_WARN, "%s: not stored yet: %s; trying for %" PRId64 " s", endpoint,
		    why, timeout_ms / 1000);
}

int
sender_open(struct sender *s, const char *endpoint, const struct identity_settings *keys,
    uint64_t first_seq, struct err *e)
{
	struct identity id = {0};

	s->by_clock = first_seq == 0;
	s->seq = s->by_clock ? 0 : first_seq - 1;
	s->reply = mem_zeroed(1, sizeof(*s->reply));
	if (command_check_endpoint("connect", endpoint, e) != 0)
		return -1;
	s->bus = bus_open(1);
	if (identity_read(&id, keys, endpoint, e) == 0)
		s->client = client_open(s->bus, endpoint, identity_curve(&id), e);
	identity_wipe(&id);
	if (s->client == NULL)
		return -1;
	client_on_late(s->client, tell_late);
	return 0;
}

void
sender_close(struct sender *s)
{
	client_close(s->client);
	bus_close(s->bus);
	buf_fini(&s->message);
	free(s->reply);
}

static int
check_name(const char *flag, const char *name, struct err *e)
{
	char shown[SHOWN_NAME];

	if (text_is_name(text_of(name), PLAN_ID_MAX))
		return 0;
	return err_fail(e, ERR_USAGE, "--%s: '%s' is not a name", flag,
	    text_escape(text_of(name), shown, sizeof(shown)));
}

int
sender_check(const struct sender *s, const char *command, struct err *e)
{
	if (s->plan == NULL || *s->plan == '\0')
		return err_fail(e, ERR_USAGE,
		    "--plan is missing (or TUIJIN_PLAN): %s talks to the collector alone and "
		    "cannot look up which plan is loaded",
		    command);
	if (s->agency == NULL || *s->agency == '\0')
		return err_fail(e, ERR_USAGE, "--agency is missing (or TUIJIN_AGENCY)");
	if (check_name("plan", s->plan, e) != 0)
		return -1;
	return check_name("agency", s->agency, e);
}

static enum style
style_of(enum report_verdict v)
{
	if (v == REPORT_ACCEPTED)
		return STYLE_GREEN;
	return v == REPORT_REJECTED || v == REPORT_CONFLICT ? STYLE_RED : STYLE_YELLOW;
}

static void
print_text(const struct sender *s, const struct reply_result *r, const size_t *line)
{
	static const struct phrase task = PHRASE("task", "任务");
	enum language              l = s->run.language;
	struct buf                 out = {0};
	char                       shown[SHOWN];

	if (line != NULL)
		buf_addf(&out, "%zu: ", *line);
	buf_addf(&out, "%s ", task.at[l]);
	if (r->task_known)
		buf_addf(&out, "%" PRIu32 " ", r->task);
	else
		buf_addf(&out, "? ");
	screen_styled(
	    &out, s->run.out, style_of(r->verdict), text_of(language_verdict(l, r->verdict)));
	if (r->verdict == REPORT_REJECTED)
		buf_addf(&out, "  %s: %s", report_code_name(r->code),
		    screen_safe(r->message, shown, sizeof(shown)));
	buf_add(&out, "\n", 1);
	fwrite(out.at, 1, out.len, stdout);
	buf_fini(&out);
}

static void
print_json(const struct sender *s, const struct reply_result *r, const size_t *line)
{
	json_t *object = json_object();

	if (line != NULL)
		json_object_set_new(object, "line", json_integer((json_int_t)*line));
	json_object_set_new(object, "task", r->task_known ? json_integer(r->task) : json_null());
	json_object_set_new(object, "seq", json_integer((json_int_t)s->seq));
	json_object_set_new(object, "result", json_string(report_verdict_name(r->verdict)));
	if (r->verdict == REPORT_REJECTED) {
		json_object_set_new(object, "code", json_string(report_code_name(r->code)));
		json_object_set_new(object, "message", json_text(r->message));
	}
	if (r->verdict == REPORT_ACCEPTED && s->reply->position_known)
		json_object_set_new(object, "position", json_text(s->reply->position));
	json_object_set_new(object, "durability", json_text(s->reply->durability));
	json_print(stdout, object);
}

static int
print_ack(struct sender *s, const struct report *entries, uint32_t count, const size_t *lines,
    struct err *e)
{
	if (!text_equal(s->reply->plan, text_of(s->plan)))
		return err_fail(e, ERR_ENV, "the collector answered for another plan");
	if (s->reply->count != count)
		return err_fail(e, ERR_ENV,
		    "the collector gave %zu verdicts on %" PRIu32 " reports", s->reply->count,
		    count);
	for (uint32_t i = 0; i < count; i++) {
		const struct reply_result *r = &s->reply->results[i];

		if (r->task_known && r->task != entries[i].task)
			return err_fail(e, ERR_ENV,
			    "the collector gave a verdict on task %" PRIu32 " in place of %" PRIu32,
			    r->task, entries[i].task);
	}
	for (uint32_t i = 0; i < count; i++) {
		const struct reply_result *r = &s->reply->results[i];
		const size_t              *line = lines == NULL ? NULL : &lines[i];

		s->verdicts[r->verdict]++;
		(s->json ? print_json : print_text)(s, r, line);
	}
	fflush(stdout);
	return 0;
}

int
sender_send(struct sender *s, const struct report *entries, uint32_t count, const size_t *lines,
    struct err *e)
{
	uint64_t now_us = (uint64_t)clock_wall_us();
	char     shown[SHOWN];
	int      rc;

	s->seq = s->by_clock && now_us > s->seq ? now_us : s->seq + 1;
	buf_reset(&s->message);
	wire_report_encode(
	    &s->message, text_of(s->plan), text_of(s->agency), s->seq, entries, count);
	if (client_ask(s->client, buf_text(&s->message), s->seq, s->timeout_ms, s->reply, e) != 0)
		return -1;
	if (s->reply->kind == REPLY_ACK)
		rc = print_ack(s, entries, count, lines, e);
	else
		rc = err_fail(e, ERR_INPUT, "the message was refused: %s: %s",
		    report_code_name(s->reply->code),
		    screen_safe(s->reply->message, shown, sizeof(shown)));
	reply_fini(s->reply);
	return rc;
}

int
sender_status(const struct sender *s)
{
	return s->verdicts[REPORT_REJECTED] + s->verdicts[REPORT_CONFLICT] > 0 ? COMMAND_BAD_DATA
									       : 0;
}
