/*
 * store_url -- the address of a Redis, as a URL says it.
 *
 *   redis://[user:password@]host[:port][/db]      port 6379 and db 0 unless given
 *   unix://[user:password@]/path/to.sock
 *
 * either with ?db=N, user=NAME and password-file=/PATH behind it, parted by &. Instead of
 * a password there may be a file that holds it: then user@ is enough. The user of a
 * password may be empty. User, password and paths may hold %XX. No input or output, and
 * no error shows any part of the URL: it may hold a password.
 */
#ifndef TUIJIN_COMMON_STORE_URL_H
#define TUIJIN_COMMON_STORE_URL_H

#include "core/err.h"

#define STORE_URL_HOST_MAX     253
#define STORE_URL_PATH_MAX     107 /* of a unix socket */
#define STORE_URL_USER_MAX     128
#define STORE_URL_PASSWORD_MAX 512
#define STORE_URL_FILE_MAX     1023
#define STORE_URL_DB_MAX       65535
#define STORE_URL_PORT         6379

/* A plain value. Exactly one of host and path is not empty, at most one of password and
 * password_file, and one of them if there is a user. */
struct store_url {
	char host[STORE_URL_HOST_MAX + 1]; /* an IPv6 address without its brackets */
	int  port;
	char path[STORE_URL_PATH_MAX + 1];
	char user[STORE_URL_USER_MAX + 1];          /* "": the default one */
	char password[STORE_URL_PASSWORD_MAX + 1];  /* "": none */
	char password_file[STORE_URL_FILE_MAX + 1]; /* "": none */
	int  db;
};

/* Fills *u. Errors: ERR_USAGE, naming the part that is off. */
int store_url_parse(const char *url, struct store_url *u, struct err *e);

/* What messages call it: "redis host:port" or "redis /path". Returns out. */
#define STORE_URL_WHERE_SIZE (STORE_URL_HOST_MAX + 24)
const char *store_url_where(const struct store_url *u, char out[STORE_URL_WHERE_SIZE]);

#endif
