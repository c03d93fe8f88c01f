#include "CMemory.h"

#include <stdlib.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

void memory_give_back(void) {
#if defined(__GLIBC__)
    mallopt(M_MMAP_THRESHOLD, 1 << 16);
    mallopt(M_ARENA_MAX, 2);
#endif
}
