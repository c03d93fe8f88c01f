// CRC-32 as ZIP archives have it, with the processor's multiplication without carries: Swift has no name for it.
//
// Source: V. Gopal and others, "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction", Intel 2009;
// the constants are those of its appendix for the reflected polynomial 0xEDB88320.

#include "checksums.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#if defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#endif

// What eight bytes at a step do: table[n][b] is the effect of the byte b with n bytes of zero behind it.
static uint32_t table[8][256];

__attribute__((constructor)) static void fill_table(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xEDB88320u ^ (crc >> 1) : crc >> 1;
        table[0][byte] = crc;
    }
    for (int step = 1; step < 8; step++)
        for (int byte = 0; byte < 256; byte++)
            table[step][byte] = table[0][table[step - 1][byte] & 0xFF] ^ (table[step - 1][byte] >> 8);
}

// All of these take and give the complement of the checksum.
static uint32_t by_table(uint32_t crc, const uint8_t *bytes, size_t count) {
    while (count >= 8) {
        uint32_t low, high;
        memcpy(&low, bytes, 4);
        memcpy(&high, bytes + 4, 4);
        low ^= crc;
        crc = table[7][low & 0xFF] ^ table[6][low >> 8 & 0xFF] ^ table[5][low >> 16 & 0xFF] ^ table[4][low >> 24]
            ^ table[3][high & 0xFF] ^ table[2][high >> 8 & 0xFF] ^ table[1][high >> 16 & 0xFF] ^ table[0][high >> 24];
        bytes += 8;
        count -= 8;
    }
    while (count-- > 0) crc = table[0][(crc ^ *bytes++) & 0xFF] ^ (crc >> 8);
    return crc;
}

#if defined(__x86_64__)
#define MULTIPLY __attribute__((target("pclmul,sse4.1")))

// Moves `value` on by the distance that `constants` stand for, onto `next`.
MULTIPLY static __m128i fold(__m128i value, __m128i constants, __m128i next) {
    __m128i low = _mm_clmulepi64_si128(value, constants, 0x00);
    __m128i high = _mm_clmulepi64_si128(value, constants, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

MULTIPLY static __m128i load(const uint8_t *bytes) { return _mm_loadu_si128((const __m128i *)bytes); }

// `count` is at least 64 and divides by 16.
MULTIPLY static uint32_t by_multiplication(uint32_t crc, const uint8_t *bytes, size_t count) {
    const __m128i far = _mm_set_epi64x(0x01c6e41596, 0x0154442bd4);
    const __m128i near = _mm_set_epi64x(0x00ccaa009e, 0x01751997d0);
    const __m128i last = _mm_set_epi64x(0, 0x0163cd6124);
    const __m128i polynomial = _mm_set_epi64x(0x01f7011641, 0x01db710641);
    const __m128i mask = _mm_setr_epi32(~0, 0, ~0, 0);

    __m128i a = _mm_xor_si128(load(bytes), _mm_cvtsi32_si128((int)crc));
    __m128i b = load(bytes + 16), c = load(bytes + 32), d = load(bytes + 48);
    for (bytes += 64, count -= 64; count >= 64; bytes += 64, count -= 64) {
        a = fold(a, far, load(bytes));
        b = fold(b, far, load(bytes + 16));
        c = fold(c, far, load(bytes + 32));
        d = fold(d, far, load(bytes + 48));
    }
    a = fold(fold(fold(a, near, b), near, c), near, d);
    for (; count >= 16; bytes += 16, count -= 16) a = fold(a, near, load(bytes));

    // 128 bits to 64, to 32.
    a = _mm_xor_si128(_mm_clmulepi64_si128(a, near, 0x10), _mm_srli_si128(a, 8));
    a = _mm_xor_si128(_mm_clmulepi64_si128(_mm_and_si128(a, mask), last, 0x00), _mm_srli_si128(a, 4));
    __m128i quotient = _mm_clmulepi64_si128(_mm_and_si128(a, mask), polynomial, 0x10);
    quotient = _mm_clmulepi64_si128(_mm_and_si128(quotient, mask), polynomial, 0x00);
    return (uint32_t)_mm_extract_epi32(_mm_xor_si128(a, quotient), 1);
}
#endif

uint32_t hubfleet_crc32_portable(uint32_t crc, const void *bytes, size_t count) {
    return ~by_table(~crc, bytes, count);
}

uint32_t hubfleet_crc32(uint32_t crc, const void *start, size_t count) {
    const uint8_t *bytes = start;
    crc = ~crc;
#if defined(__x86_64__)
    if (count >= 64 && __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1")) {
        size_t whole = count & ~(size_t)15;
        crc = by_multiplication(crc, bytes, whole);
        bytes += whole;
        count -= whole;
    }
#elif defined(__ARM_FEATURE_CRC32)
    for (; count >= 8; bytes += 8, count -= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        crc = __crc32d(crc, word);
    }
#endif
    return ~by_table(crc, bytes, count);
}
