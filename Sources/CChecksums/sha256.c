// SHA-256 of up to three streams at a time, with the processor's instructions for it: each of them waits for the one
// before it, so one stream leaves half of the processor idle, and no library at hand counts several.
//
// Source: FIPS 180-4; Intel, "Intel SHA Extensions", 2013, for the order of the words in the two registers of a state.

#include "checksums.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>

#define SHA __attribute__((target("sha,sse4.1,ssse3")))

static const uint32_t constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// The words a, b, e, f of a state, and c, d, g, h.
typedef struct {
    __m128i abef, cdgh;
} Registers;

SHA static Registers unpack(const uint32_t *state) {
    __m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xB1);
    __m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1B);
    return (Registers){_mm_alignr_epi8(low, high, 8), _mm_blend_epi16(high, low, 0xF0)};
}

SHA static void pack(Registers registers, uint32_t *state) {
    __m128i low = _mm_shuffle_epi32(registers.abef, 0x1B);
    __m128i high = _mm_shuffle_epi32(registers.cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(low, high, 0xF0));
    _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(high, low, 8));
}

// Sixteen bytes of a block as four words.
SHA static __m128i words(const uint8_t *bytes) {
    const __m128i order = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    return _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)bytes), order);
}

// The sixteen words that stand `message[step]`, ... become those four steps later.
SHA static __m128i schedule(const __m128i *message, int step) {
    __m128i next = message[(step + 1) & 3], third = message[(step + 2) & 3], last = message[(step + 3) & 3];
    __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(message[step & 3], next), _mm_alignr_epi8(last, third, 4));
    return _mm_sha256msg2_epu32(sum, last);
}

// `count` is known wherever this is inlined, and everything stays in registers.
SHA __attribute__((always_inline)) static inline void run(
    const int count, uint32_t *const *states, const uint8_t *const *starts, size_t blocks) {
    Registers lanes[HUBFLEET_SHA256_LANES];
    const uint8_t *bytes[HUBFLEET_SHA256_LANES];
    for (int lane = 0; lane < count; lane++) {
        lanes[lane] = unpack(states[lane]);
        bytes[lane] = starts[lane];
    }
    for (; blocks > 0; blocks--) {
        __m128i message[HUBFLEET_SHA256_LANES][4];
        Registers before[HUBFLEET_SHA256_LANES];
        for (int lane = 0; lane < count; lane++) {
            before[lane] = lanes[lane];
            for (int word = 0; word < 4; word++) message[lane][word] = words(bytes[lane] + 16 * word);
            bytes[lane] += 64;
        }
#pragma clang loop unroll(full)
        for (int step = 0; step < 16; step++) {
            __m128i constant = _mm_load_si128((const __m128i *)(constants + 4 * step));
#pragma clang loop unroll(full)
            for (int lane = 0; lane < count; lane++) {
                Registers *now = &lanes[lane];
                __m128i sum = _mm_add_epi32(message[lane][step & 3], constant);
                now->cdgh = _mm_sha256rnds2_epu32(now->cdgh, now->abef, sum);
                now->abef = _mm_sha256rnds2_epu32(now->abef, now->cdgh, _mm_shuffle_epi32(sum, 0x0E));
                if (step < 12) message[lane][step & 3] = schedule(message[lane], step);
            }
        }
        for (int lane = 0; lane < count; lane++) {
            lanes[lane].abef = _mm_add_epi32(lanes[lane].abef, before[lane].abef);
            lanes[lane].cdgh = _mm_add_epi32(lanes[lane].cdgh, before[lane].cdgh);
        }
    }
    for (int lane = 0; lane < count; lane++) pack(lanes[lane], states[lane]);
}

SHA void hubfleet_sha256_blocks(
    int count, uint32_t *const *states, const uint8_t *const *bytes, size_t blocks) {
    switch (count) {
    case 1: run(1, states, bytes, blocks); break;
    case 2: run(2, states, bytes, blocks); break;
    case 3: run(3, states, bytes, blocks); break;
    }
}

bool hubfleet_sha256_has_lanes(void) {
    return __builtin_cpu_supports("sha") && __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("ssse3");
}
#else
void hubfleet_sha256_blocks(
    int count, uint32_t *const *states, const uint8_t *const *bytes, size_t blocks) {
    __builtin_trap();
}

bool hubfleet_sha256_has_lanes(void) { return false; }
#endif
