#include "cli/watch_terminal.h"

#include <curses.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "cli/watch_keys.h"

#define ESCAPE_MS 25 /* for the rest of a key that begins with Escape */

static SCREEN *screen;
static bool    coloured;

/* What gives the terminal back where nothing else can be called. */
static struct termios before;
static char           restore[200];

static const int fatal[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

bool
terminal_is_there(void)
{
	const char *cup;
	bool        places;
	int         wrong;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
	    setupterm(NULL, STDOUT_FILENO, &wrong) != OK)
		return false;
	cup = tigetstr("cup");
	places = cup != NULL && cup != (char *)-1;
	del_curterm(cur_term);
	return places;
}

static void
on_crash(int signal_number)
{
	ssize_t done = write(STDOUT_FILENO, restore, strlen(restore));

	(void)done;
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
	raise(signal_number); /* the handler is used once */
}

static void
add_sequence(const char *name)
{
	const char *sequence = tigetstr(name);

	if (sequence != NULL && sequence != (char *)-1 &&
	    strlen(restore) + strlen(sequence) < sizeof(restore))
		strcat(restore, sequence);
}

static void
prepare_for_crashes(void)
{
	struct sigaction act = {
	    .sa_handler = on_crash, .sa_flags = (int)(SA_RESETHAND | SA_NODEFER)};

	restore[0] = '\0';
	add_sequence("sgr0");
	add_sequence("rmkx");
	add_sequence("cnorm");
	add_sequence("rmcup");
	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		sigaction(fatal[i], &act, NULL);
}

static void
open_colours(void)
{
	static const short colours[STYLES] = {
	    [STYLE_RED] = COLOR_RED,
	    [STYLE_GREEN] = COLOR_GREEN,
	    [STYLE_YELLOW] = COLOR_YELLOW,
	    [STYLE_BLUE] = COLOR_BLUE,
	    [STYLE_CYAN] = COLOR_CYAN,
	};

	start_color();
	use_default_colors();
	for (short i = 0; i < STYLES; i++)
		init_pair((short)(i + 1), colours[i] == 0 ? -1 : colours[i], -1);
}

bool
terminal_open(bool colour)
{
	static bool at_exit;

	tcgetattr(STDIN_FILENO, &before);
	if ((screen = newterm(NULL, stdout, stdin)) == NULL)
		return false;
	prepare_for_crashes();
	if (!at_exit)
		atexit(terminal_close);
	at_exit = true;
	set_escdelay(ESCAPE_MS);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	coloured = colour && has_colors();
	if (coloured)
		open_colours();
	return true;
}

void
terminal_close(void)
{
	if (screen == NULL)
		return;
	endwin();
	delscreen(screen);
	screen = NULL;
	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		signal(fatal[i], SIG_DFL);
}

void
terminal_size(int *width, int *height)
{
	struct winsize size;

	*width = COLS;
	*height = LINES;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
		*width = size.ws_col;
		*height = size.ws_row;
	}
}

static attr_t
attributes(unsigned ink)
{
	enum style style = INK_COLOUR(ink);
	attr_t     a = (ink & INK_BOLD) != 0 || style == STYLE_BOLD ? A_BOLD : A_NORMAL;

	if (style == STYLE_DIM && (ink & INK_BOLD) == 0)
		a |= A_DIM;
	if ((ink & INK_REVERSE) != 0)
		a |= A_REVERSE;
	return coloured ? a | (attr_t)COLOR_PAIR(style + 1) : a;
}

/* A run of cells in one ink at a time. */
static void
show_line(const struct canvas_cell *cells, int width, int y)
{
	char   run[CANVAS_SIDE_MAX * CANVAS_CELL_BYTES];
	size_t len = 0;

	move(y, 0);
	for (int x = 0; x < width; x++) {
		memcpy(run + len, cells[x].bytes, cells[x].len);
		len += cells[x].len;
		if (x + 1 < width && cells[x + 1].ink == cells[x].ink)
			continue;
		attrset((int)attributes(cells[x].ink));
		addnstr(run, (int)len);
		len = 0;
	}
}

void
terminal_show(const struct canvas *c)
{
	if (c->width != COLS || c->height != LINES)
		resizeterm(c->height, c->width);
	erase();
	for (int y = 0; y < c->height; y++)
		show_line(&c->cells[y * c->width], c->width, y);
	refresh();
}

static const struct {
	wint_t   theirs;
	uint32_t ours;
} specials[] = {
    {KEY_UP, WATCH_MOVE_UP},
    {KEY_DOWN, WATCH_MOVE_DOWN},
    {KEY_LEFT, WATCH_MOVE_LEFT},
    {KEY_RIGHT, WATCH_MOVE_RIGHT},
    {KEY_PPAGE, WATCH_PAGE_UP},
    {KEY_NPAGE, WATCH_PAGE_DOWN},
    {KEY_HOME, WATCH_FIRST},
    {KEY_END, WATCH_LAST},
    {KEY_BTAB, WATCH_TAB_BACK},
    {KEY_BACKSPACE, WATCH_RUBOUT},
    {KEY_ENTER, WATCH_RETURN},
};

uint32_t
terminal_key(void)
{
	wint_t key;
	int    got = get_wch(&key);

	if (got == ERR)
		return WATCH_NONE;
	if (got == OK)
		return (uint32_t)key;
	for (size_t i = 0; i < sizeof(specials) / sizeof(specials[0]); i++) {
		if (specials[i].theirs == key)
			return specials[i].ours;
	}
	return WATCH_UNKNOWN;
}

bool
terminal_is_gone(void)
{
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
	int           waiting = 0;

	if (poll(&p, 1, 0) != 1)
		return false;
	if ((p.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
		return true;
	return ioctl(STDIN_FILENO, FIONREAD, &waiting) != 0 || waiting == 0;
}

void
terminal_forget(void)
{
	clearok(curscr, TRUE);
}

void
terminal_stop(void)
{
	sigset_t stop;

	endwin();
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	signal(SIGTSTP, SIG_DFL);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, NULL); /* here it stops */
	sigprocmask(SIG_BLOCK, &stop, NULL);
	terminal_resume();
}

void
terminal_resume(void)
{
	endwin();
	terminal_forget();
	refresh();
}
