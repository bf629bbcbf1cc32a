#include "master/rehearsal.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/fd.h"
#include "common/log.h"
#include "common/memo.h"
#include "common/proc.h"
#include "master/master.h"
#include "master/reload.h"

enum { BOOK_MAX = 64 * 1024 * 1024 };

/* What there is at each step, so that it is there when the next one crashes. */
static int write_down(int fd, struct nw_buf *book)
{
	int failed = book->failed ? -ENOMEM : nw_fd_write_all(fd, book->data, book->len);

	book->len = 0;
	return failed;
}

/* What apps say while they are loaded, the log gets when the master loads them. Takes @settings. */
static void rehearse(const struct nw_program *program, struct nw_settings *settings)
{
	struct nw_err err = {0};

	nw_log_level = NW_LEVEL_CRITICAL;
	int failed = nw_generation_rehearse(program, settings, &err);

	if (failed != 0) {
		nw_memo_note(NW_MEMO_FAILURE, "", failed, err.msg, strlen(err.msg));
	}
}

/* The child's whole life. */
static _Noreturn void be_rehearsal(struct nw_master *master, int fd)
{
	const char *dir = master->generation->settings->start_dir;
	char *start_dir = dir == NULL ? NULL : strdup(dir);
	struct nw_settings *settings = NULL;
	struct nw_buf book = {0};
	struct nw_err err = {0};

	nw_proc_title_set("narwhal: reload [%s]", nw_generation_name(master->generation));
	nw_master_shed(master, NULL);
	nw_proc_reset_signals();
	nw_proc_end_with_parent();
	nw_memo_record(&book);
	int failed = nw_reload_read(master, start_dir, &settings, &err);
	int lost = write_down(fd, &book);

	if (failed == 0) {
		rehearse(master->program, settings);
		lost = lost != 0 ? lost : write_down(fd, &book);
	}
	nw_memo_record(NULL);
	nw_buf_free(&book);
	nw_board_free(master->board);
	free(start_dir);
	exit(lost == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

int nw_rehearsal_start(struct nw_master *master, struct nw_err *err)
{
	struct nw_rehearsal *rehearsal = &master->reload.rehearsal;
	NW_AUTO_CLOSE int fd = memfd_create("reload", MFD_CLOEXEC);

	if (fd == -1) {
		return nw_err_errno(err, "cannot keep what is read");
	}
	fflush(NULL);
	pid_t pid = nw_proc_fork();

	if (pid == 0) {
		be_rehearsal(master, fd);
	}
	if (pid == -1) {
		return nw_err_errno(err, "fork");
	}
	rehearsal->pid = pid;
	rehearsal->fd = nw_take_fd(&fd);
	return 0;
}

static int take_book(struct nw_rehearsal *rehearsal)
{
	struct stat st;

	if (fstat(rehearsal->fd, &st) == -1) {
		return -errno;
	}
	if (st.st_size > BOOK_MAX) {
		return -EFBIG;
	}
	size_t len = (size_t)st.st_size;
	char *room = nw_buf_reserve(&rehearsal->book, len + 1);

	if (room == NULL) {
		return -ENOMEM;
	}
	ssize_t n = pread(rehearsal->fd, room, len, 0);

	rehearsal->book.len = n > 0 ? (size_t)n : 0;
	return n == (ssize_t)len ? 0 : -EIO;
}

void nw_rehearsal_end(struct nw_rehearsal *rehearsal, int status)
{
	int failed = take_book(rehearsal);
	char text[64];

	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		snprintf(rehearsal->why, sizeof(rehearsal->why), "the process (pid:%d) that tried it %s",
			 (int)rehearsal->pid, nw_proc_status_text(status, text, sizeof(text)));
	} else if (failed != 0) {
		snprintf(rehearsal->why, sizeof(rehearsal->why), "cannot take over what was read: %s",
			 strerror(-failed));
	}
	rehearsal->fd = nw_fd_close(rehearsal->fd);
	rehearsal->pid = 0;
}

const char *nw_rehearsal_failure(const struct nw_rehearsal *rehearsal, char *buf, size_t size)
{
	struct nw_memo said;

	if (nw_memo_recall(NW_MEMO_FAILURE, "", &said) && said.len > 0) {
		snprintf(buf, size, "%.*s", (int)said.len, (const char *)said.value);
		return buf;
	}
	return rehearsal->why[0] != '\0' ? rehearsal->why : NULL;
}

void nw_rehearsal_drop(struct nw_rehearsal *rehearsal)
{
	if (rehearsal->pid != 0) {
		kill(rehearsal->pid, SIGKILL);
	}
	nw_rehearsal_shed(rehearsal);
}

void nw_rehearsal_shed(struct nw_rehearsal *rehearsal)
{
	if (rehearsal->pid != 0) {
		nw_fd_close(rehearsal->fd);
	}
	nw_buf_free(&rehearsal->book);
	memset(rehearsal, 0, sizeof(*rehearsal));
}
