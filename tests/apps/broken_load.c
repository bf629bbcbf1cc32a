/* A module that says no when it is loaded. */
#include <narwhal/app.h>

static int load(struct nw_app *app)
{
	return nw_app_fail(app, "the file '%s' is not there", "broken.conf");
}

NW_APP("broken_load", .load = load)
