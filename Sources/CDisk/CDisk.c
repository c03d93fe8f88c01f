// For syncfs, which Swift does not import, because it is Linux's.
#define _GNU_SOURCE

#include "CDisk.h"

#include <unistd.h>

int disk_sync(int descriptor) {
#if defined(__linux__)
    return syncfs(descriptor);
#else
    (void)descriptor;
    sync();
    return 0;
#endif
}
