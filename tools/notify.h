/* notify.h - tells whoever started the daemon how far it is: the protocol of
 * sd_notify(3), which is one datagram to the socket $NOTIFY_SOCKET names. */
#ifndef TOOLS_NOTIFY_H
#define TOOLS_NOTIFY_H

/* "READY=1", "STOPPING=1"; nothing happens where nobody asked to be told. */
void notify(const char *state);
/* RELOADING=1 with the time it wants beside it; "READY=1" follows. */
void notify_reloading(void);

#endif
