#include "master/ctl/screen.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/fd.h"
#include "common/str.h"

#define ESC "\033["
#define ENTER ESC "?1049h" ESC "?25l" /* the other screen, no cursor */
#define LEAVE ESC "?25h" ESC "?1049l"
#define CLEAR_LINE ESC "K"
#define CLEAR_BELOW ESC "J"
#define HOME ESC "H"

enum { STOP, N_SIGNALS = 7 };

static const int numbers[N_SIGNALS] = {[STOP] = SIGTSTP, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCONT, SIGWINCH};

static struct {
	bool is_open;
	struct termios before;
	sigset_t mask; /* as it was */
	struct sigaction actions[N_SIGNALS];
	volatile sig_atomic_t came; /* 0, or the last signal */
} screen;

static void on_signal(int sig)
{
	if (sig == SIGINT || sig == SIGTERM || sig == SIGHUP || sig == SIGQUIT || screen.came == 0 ||
	    screen.came == SIGWINCH) {
		screen.came = sig;
	}
}

static void put(const char *text)
{
	(void)!nw_fd_write_all(STDOUT_FILENO, text, strlen(text));
}

static void enter(void)
{
	struct termios raw = screen.before;

	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VMIN] = 0;
	raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	put(ENTER);
}

static void leave(void)
{
	put(LEAVE);
	tcsetattr(STDIN_FILENO, TCSANOW, &screen.before);
}

/* They wait until nw_ctl_screen_wait(). */
static void take_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal};
	sigset_t held;

	sigemptyset(&held);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < N_SIGNALS; i++) {
		sigaddset(&held, numbers[i]);
		sigaction(numbers[i], &action, &screen.actions[i]);
	}
	sigprocmask(SIG_BLOCK, &held, &screen.mask);
}

static void give_signals_back(void)
{
	for (size_t i = 0; i < N_SIGNALS; i++) {
		sigaction(numbers[i], &screen.actions[i], NULL);
	}
	sigprocmask(SIG_SETMASK, &screen.mask, NULL);
}

int nw_ctl_screen_open(struct nw_err *err)
{
	if (tcgetattr(STDIN_FILENO, &screen.before) == -1) {
		return nw_err_errno(err, "top needs a terminal");
	}
	screen.came = 0;
	take_signals();
	enter();
	screen.is_open = true;
	return 0;
}

void nw_ctl_screen_close(void)
{
	if (screen.is_open) {
		screen.is_open = false;
		leave();
		give_signals_back();
	}
}

/* As if we had never caught it: the parent sees which one it was. */
static void end_by(int sig)
{
	nw_ctl_screen_close();
	raise(sig);
}

/* Until the shell lets us go on. */
static void stop(void)
{
	sigset_t stops;

	leave();
	sigemptyset(&stops);
	sigaddset(&stops, SIGTSTP);
	sigaction(SIGTSTP, &screen.actions[STOP], NULL);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stops, NULL); /* it stops here */
	sigprocmask(SIG_BLOCK, &stops, NULL);

	struct sigaction action = {.sa_handler = on_signal};

	sigemptyset(&action.sa_mask);
	sigaction(SIGTSTP, &action, NULL);
	enter();
}

static enum nw_ctl_event follow_signal(void)
{
	int sig = screen.came;

	screen.came = 0;
	if (sig == SIGTSTP) {
		stop();
	} else if (sig == SIGCONT) {
		enter(); /* it was stopped by SIGSTOP, and the shell may have changed the terminal */
	} else if (sig != SIGWINCH) {
		end_by(sig);
		return NW_CTL_QUIT;
	}
	return NW_CTL_REDRAW;
}

/* true: the key to quit, or nobody is there to press one. */
static bool is_quit(short revents)
{
	char key = 0;
	ssize_t n = revents & POLLIN ? read(STDIN_FILENO, &key, 1) : 0;

	return n <= 0 ? (revents & (POLLHUP | POLLERR | POLLNVAL)) != 0 : key == 'q' || key == 'Q' || key == 4;
}

enum nw_ctl_event nw_ctl_screen_wait(int64_t until_ms)
{
	for (;;) {
		struct pollfd key = {.fd = STDIN_FILENO, .events = POLLIN};
		int64_t left_ms = until_ms - nw_clock_ms();
		const struct timespec timeout = {left_ms / 1000, left_ms % 1000 * 1000000};

		if (left_ms <= 0) {
			return NW_CTL_TICK;
		}
		int n = ppoll(&key, 1, &timeout, &screen.mask);

		if (screen.came != 0) {
			return follow_signal();
		}
		if (n > 0 && is_quit(key.revents)) {
			return NW_CTL_QUIT;
		}
	}
}

/* At most @width characters of a line; its bytes in UTF-8 are not taken apart. */
static size_t cut(const char *line, size_t len, unsigned width)
{
	size_t n = 0;

	for (unsigned seen = 0; n < len; n++) {
		seen += (line[n] & 0xc0) != 0x80;
		if (seen > width) {
			break;
		}
	}
	return n;
}

void nw_ctl_screen_fit(struct nw_buf *out, const char *lines, const char *foot, unsigned width, unsigned height)
{
	unsigned row = 1;

	nw_buf_adds(out, HOME);
	for (; *lines != '\0' && row < height; row++) {
		size_t len = strcspn(lines, "\n");

		nw_buf_add(out, lines, cut(lines, len, width));
		nw_buf_adds(out, CLEAR_LINE "\n");
		lines += len + (lines[len] == '\n');
	}
	nw_buf_adds(out, CLEAR_BELOW);
	nw_buf_addf(out, ESC "%u;1H", height);
	nw_buf_add(out, foot, cut(foot, strlen(foot), width));
	nw_buf_adds(out, CLEAR_LINE);
}

void nw_ctl_screen_draw(const char *lines, const char *foot)
{
	struct pollfd ready = {.fd = STDOUT_FILENO, .events = POLLOUT};
	struct winsize size = {.ws_col = 80, .ws_row = 24};
	struct nw_buf out = {0};

	if (poll(&ready, 1, 0) != 1) {
		return; /* stopped by ^S: waiting for it would keep signals waiting */
	}
	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	nw_ctl_screen_fit(&out, lines, foot, size.ws_col == 0 ? 80 : size.ws_col, size.ws_row == 0 ? 24 : size.ws_row);
	put(nw_buf_str(&out));
	nw_buf_free(&out);
}
