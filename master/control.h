/**
 * The control socket: gunicornc and narwhalctl ask there. Callbacks only read and write bytes; commands are carried out
 * by nw_control_step(), between turns of the loop. Clients stay connected over forks, reloads and a stop.
 */
#ifndef NW_MASTER_CONTROL_H
#define NW_MASTER_CONTROL_H

struct nw_master;
struct nw_control;

/** Follow the settings of the serving generation, and answer what was asked. Before the other steps. */
void nw_control_step(struct nw_master *master);

/** Close the socket and remove its file; answers that are ready are sent as far as that takes no waiting. */
void nw_control_end(struct nw_master *master);

/** In a forked worker: close it all, the file stays. */
void nw_control_shed(struct nw_master *master);

/** Where it is, absolute. Borrowed; NULL: it is not open. */
const char *nw_control_path(const struct nw_control *control);

#endif
