/*
 * echo -- the reference for the transport: a ROUTER that answers every message
 * at once, with as many of its bytes as an ack has, and does nothing else.
 *
 *   echo [FILE]
 *
 * With the FILE of a secret key it speaks CURVE, and to everybody. Prints
 * "bind=<endpoint>" and ends at SIGTERM.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <sys/signalfd.h>
#include <unistd.h>
#include <zmq.h>

#define ACK_BYTES    114
#define IDENTITY_MAX 255
#define KEY_TEXT     40

static int
stop_descriptor(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static void
answer_all(void *router, zmq_msg_t *body)
{
	char identity[IDENTITY_MAX];
	int  len;

	while ((len = zmq_recv(router, identity, sizeof(identity), ZMQ_DONTWAIT)) >= 0) {
		size_t size;

		zmq_msg_recv(body, router, 0);
		size = zmq_msg_size(body) < ACK_BYTES ? zmq_msg_size(body) : ACK_BYTES;
		zmq_send(router, identity, (size_t)len, ZMQ_SNDMORE | ZMQ_DONTWAIT);
		zmq_send(router, zmq_msg_data(body), size, ZMQ_DONTWAIT);
	}
}

static int
serve(void *router, int stop_fd)
{
	zmq_pollitem_t items[] = {
	    {.socket = router, .events = ZMQ_POLLIN}, {.fd = stop_fd, .events = ZMQ_POLLIN}};
	zmq_msg_t body;

	zmq_msg_init(&body);
	while (zmq_poll(items, 2, -1) >= 0 && items[1].revents == 0)
		answer_all(router, &body);
	zmq_msg_close(&body);
	return 0;
}

/* Gives the router the key in the file. No gate (ZAP) is there, so any client will do. */
static int
set_key(void *router, const char *path)
{
	char  secret[KEY_TEXT + 1] = "";
	FILE *file = fopen(path, "r");
	int   is_server = 1;

	if (file == NULL || fread(secret, 1, KEY_TEXT, file) != KEY_TEXT) {
		perror(path);
		return -1;
	}
	fclose(file);
	if (zmq_setsockopt(router, ZMQ_CURVE_SERVER, &is_server, sizeof(is_server)) != 0)
		return -1;
	return zmq_setsockopt(router, ZMQ_CURVE_SECRETKEY, secret, sizeof(secret));
}

int
main(int argc, char **argv)
{
	int    stop_fd = stop_descriptor(), none = 0, rc = 1;
	void  *context = zmq_ctx_new(), *router = zmq_socket(context, ZMQ_ROUTER);
	char   endpoint[256];
	size_t size = sizeof(endpoint);

	zmq_setsockopt(router, ZMQ_LINGER, &none, sizeof(none));
	if (stop_fd >= 0 && (argc < 2 || set_key(router, argv[1]) == 0) &&
	    zmq_bind(router, "tcp://127.0.0.1:*") == 0 &&
	    zmq_getsockopt(router, ZMQ_LAST_ENDPOINT, endpoint, &size) == 0) {
		printf("bind=%s\n", endpoint);
		fflush(stdout);
		rc = serve(router, stop_fd);
	} else {
		fprintf(stderr, "echo: %s\n", zmq_strerror(zmq_errno()));
	}
	zmq_close(router);
	zmq_ctx_term(context);
	return rc;
}
