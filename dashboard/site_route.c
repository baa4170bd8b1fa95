#include "dashboard/site_route.h"

#define COUNT(a)   (sizeof(a) / sizeof((a)[0]))
#define DIGITS_MAX 18 /* that always fit 64 bits */

/* In a pattern "*" stands for a plan, one part of the path, and "**" for all that is left
 * of it, which is not empty. */
static const struct {
	const char     *pattern;
	enum route_kind kind;
} routes[] = {
    {"/", ROUTE_PAGE},
    {"/static/**", ROUTE_STATIC},
    {"/api/v1/plans", ROUTE_PLANS},
    {"/api/v1/plans/*", ROUTE_PLAN},
    {"/api/v1/plans/*/snapshot", ROUTE_SNAPSHOT},
    {"/api/v1/plans/*/scopes/**", ROUTE_SCOPE},
    {"/api/v1/plans/*/tasks/**", ROUTE_TASK},
    {"/api/v1/plans/*/feed", ROUTE_FEED},
    {"/api/v1/plans/*/periods", ROUTE_PERIODS},
    {"/api/v1/plans/*/trend", ROUTE_TREND},
    {"/api/v1/plans/*/compare", ROUTE_COMPARE},
    {"/events", ROUTE_EVENTS},
};

static struct text
behind(struct text t, size_t n)
{
	return (struct text){t.at + n, t.len - n};
}

/* Up to the next slash. */
static struct text
first_part(struct text path)
{
	const char *slash = path.len > 0 ? memchr(path.at, '/', path.len) : NULL;

	return (struct text){path.at, slash != NULL ? (size_t)(slash - path.at) : path.len};
}

/* Fills in r as far as it goes. */
static bool
fits(const char *pattern, struct text path, struct route *r)
{
	while (*pattern != '\0') {
		if (strcmp(pattern, "**") == 0) {
			r->rest = path;
			return path.len > 0;
		}
		if (*pattern == '*') {
			r->plan = first_part(path);
			path = behind(path, r->plan.len);
			if (r->plan.len == 0)
				return false;
		} else {
			if (path.len == 0 || path.at[0] != *pattern)
				return false;
			path = behind(path, 1);
		}
		pattern++;
	}
	return path.len == 0;
}

struct route
route_of(struct text path)
{
	for (size_t i = 0; i < COUNT(routes); i++) {
		struct route r = {.kind = routes[i].kind};

		if (fits(routes[i].pattern, path, &r))
			return r;
	}
	return (struct route){0};
}

bool
route_number(struct text t, uint64_t min, uint64_t max, uint64_t *n)
{
	uint64_t value = 0;

	if (t.len == 0 || t.len > DIGITS_MAX)
		return false;
	for (size_t i = 0; i < t.len; i++) {
		if (t.at[i] < '0' || t.at[i] > '9')
			return false;
		value = 10 * value + (uint64_t)(t.at[i] - '0');
	}
	if (value < min || value > max)
		return false;
	*n = value;
	return true;
}

/* The next of a list that is parted by commas, without the spaces around it. */
static struct text
next_word(struct text *list)
{
	const char *comma = memchr(list->at, ',', list->len);
	struct text word = {list->at, comma != NULL ? (size_t)(comma - list->at) : list->len};
	size_t      used = word.len + (comma != NULL);

	list->at += used;
	list->len -= used;
	while (word.len > 0 && (word.at[0] == ' ' || word.at[0] == '\t'))
		word = (struct text){word.at + 1, word.len - 1};
	while (word.len > 0 && (word.at[word.len - 1] == ' ' || word.at[word.len - 1] == '\t'))
		word.len--;
	return word;
}

/* A proxy that compresses makes an ETag a weak one: W/"…". */
bool
route_etags_have(struct text list, const char *etag)
{
	while (list.len > 0) {
		struct text word = next_word(&list);

		if (word.len > 2 && word.at[0] == 'W' && word.at[1] == '/')
			word = (struct text){word.at + 2, word.len - 2};
		if (text_equal(word, text_of("*")) || text_equal(word, text_of(etag)))
			return true;
	}
	return false;
}
