#ifndef HUBFLEET_CHECKSUMS_H
#define HUBFLEET_CHECKSUMS_H

#include <stddef.h>
#include <stdint.h>

/// Continues the CRC-32 of ZIP archives over more bytes. `crc` is 0 before the first of them.
uint32_t hubfleet_crc32(uint32_t crc, const void *bytes, size_t count);

/// The same without the processor's help, for tests and for machines that have none.
uint32_t hubfleet_crc32_portable(uint32_t crc, const void *bytes, size_t count);

#endif
