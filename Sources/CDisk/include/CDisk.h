#ifndef CDISK_H
#define CDISK_H

/// Waits until all that was written to a disk is on it.
///
/// `descriptor`: of anything that is open there.
/// Returns 0, or -1 with `errno`.
int disk_sync(int descriptor);

#endif
