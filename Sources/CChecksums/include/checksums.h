#ifndef HUBFLEET_CHECKSUMS_H
#define HUBFLEET_CHECKSUMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Continues the CRC-32 of ZIP archives over more bytes. `crc` is 0 before the first of them.
uint32_t hubfleet_crc32(uint32_t crc, const void *bytes, size_t count);

/// The same without the processor's help, for tests and for machines that have none.
uint32_t hubfleet_crc32_portable(uint32_t crc, const void *bytes, size_t count);

/// How many streams can be hashed at a time.
enum { HUBFLEET_SHA256_LANES = 3 };

/// Whether this processor can hash several streams at a time.
bool hubfleet_sha256_has_lanes(void);

/// Continues SHA-256 of one to three streams over as many blocks of 64 bytes of each. A state is eight words, before the
/// first block those of FIPS 180-4, 5.3.3. Only where `hubfleet_sha256_has_lanes` says so.
void hubfleet_sha256_blocks(
    int count, uint32_t *const *states, const uint8_t *const *bytes, size_t blocks);

#endif
