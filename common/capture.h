/** Standard output and error of the process, lent to a file for a while. A process has one pair; by its first thread.
 */
#ifndef NW_COMMON_CAPTURE_H
#define NW_COMMON_CAPTURE_H

/** Let both lead to the file of @fd, which stays the caller's; standard output is written line by line from now on. */
void nw_capture_turn(int fd);

/** Let both lead where they did before the first nw_capture_turn(). */
void nw_capture_restore(void);

#endif
