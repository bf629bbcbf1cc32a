/* Every hook of the server (narwhal/server.h), each of which writes a line: to standard output, so that a test finds it
 * apart from the log. */
#include <narwhal/app.h>
#include <narwhal/request.h>
#include <narwhal/response.h>
#include <narwhal/server.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* write(2), since a line of stdio would be there again in a child that is forked before it is flushed. */
static void say(const char *hook, const struct nw_server *server, const char *more)
{
	char line[256];
	int len = snprintf(line, sizeof(line), "%s: master %d, generation %u, %u workers, I am %d%s\n", hook,
			   (int)server->pid, server->generation, server->n_workers, (int)getpid(), more);

	(void)!write(STDOUT_FILENO, line, (size_t)len);
}

static void say_worker(const char *hook, const struct nw_server *server, const struct nw_worker *worker)
{
	char more[96];

	snprintf(more, sizeof(more), ", uid %d, worker %d, age %lu", (int)getuid(), (int)worker->pid, worker->age);
	say(hook, server, more);
}

void narwhal_on_starting(const struct nw_server *server)
{
	say("on_starting", server, "");
}

void narwhal_when_ready(const struct nw_server *server)
{
	say("when_ready", server, "");
}

void narwhal_on_reload(const struct nw_server *server)
{
	say("on_reload", server, "");
}

void narwhal_nworkers_changed(const struct nw_server *server, unsigned now, unsigned before)
{
	char more[64];

	snprintf(more, sizeof(more), ", %u -> %u", before, now);
	say("nworkers_changed", server, more);
}

void narwhal_pre_fork(const struct nw_server *server, const struct nw_worker *worker)
{
	say_worker("pre_fork", server, worker);
}

void narwhal_child_exit(const struct nw_server *server, const struct nw_worker *worker)
{
	char more[96];

	snprintf(more, sizeof(more), ", worker %d, age %lu, %s %d", (int)worker->pid, worker->age,
		 WIFEXITED(worker->status) ? "code" : "signal",
		 WIFEXITED(worker->status) ? WEXITSTATUS(worker->status) : WTERMSIG(worker->status));
	say("child_exit", server, more);
}

void narwhal_pre_exec(const struct nw_server *server)
{
	say("pre_exec", server, "");
	if (getenv("PRE_EXEC_TERM") != NULL) {
		raise(SIGTERM);
	}
}

void narwhal_on_exit(const struct nw_server *server)
{
	say("on_exit", server, "");
}

void narwhal_post_fork(const struct nw_server *server, const struct nw_worker *worker)
{
	say_worker("post_fork", server, worker);
}

void narwhal_post_worker_init(const struct nw_server *server, const struct nw_worker *worker)
{
	say_worker("post_worker_init", server, worker);
}

void narwhal_worker_int(const struct nw_server *server, const struct nw_worker *worker)
{
	say_worker("worker_int", server, worker);
}

/* What a signal handler may do is little. */
void narwhal_worker_abort(const struct nw_server *server, const struct nw_worker *worker)
{
	static const char line[] = "worker_abort\n";

	(void)server;
	(void)worker;
	(void)!write(STDOUT_FILENO, line, sizeof(line) - 1);
}

void narwhal_worker_exit(const struct nw_server *server, const struct nw_worker *worker)
{
	say_worker("worker_exit", server, worker);
}

static int pid(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_text(res, 200, "%d\n", (int)getpid());
}

/* gunicorn's pre_request and post_request are before and after. */
static int pre_request(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_header(res, "X-Pre-Request", "yes");
}

static int post_request(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_header(res, "X-Post-Request", "yes");
}

static int load(struct nw_app *app)
{
	int rc = nw_app_before(app, pre_request);

	return rc == 0 ? nw_app_after(app, post_request) : rc;
}

static const struct nw_route routes[] = {
	{"GET", "/pid", pid, NW_INLINE},
	{NULL, NULL, NULL, 0},
};

NW_APP("hooks", .routes = routes, .load = load)
