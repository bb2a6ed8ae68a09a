#include "line_ends.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

// Writes the place of each bit of `bits`, which stand for 64 bytes from `base`.
//
// Two are written whether there are as many or not, as lines are seldom shorter than 32 bytes: a loop that ends after no, one
// or two rounds would be foreseen wrongly by the processor, which costs more than the rest.
static inline __attribute__((always_inline)) uint16_t *write_places(uint64_t bits, size_t base, uint16_t *next) {
    // The last bit stands in for a first or second one that is missing; nobody reads what is written then.
    const uint64_t none = UINT64_C(1) << 63;
    uint64_t rest = bits & (bits - 1);
    next[0] = (uint16_t)(base + (size_t)__builtin_ctzll(bits | none));
    next[1] = (uint16_t)(base + (size_t)__builtin_ctzll(rest | none));
    uint16_t *after = next + (bits != 0) + (rest != 0);
    for (rest &= rest - 1; __builtin_expect(rest != 0, 0); rest &= rest - 1) {
        *after++ = (uint16_t)(base + (size_t)__builtin_ctzll(rest));
    }
    return after;
}

// What is left behind the last 64 bytes, and everything on processors without a path of their own.
static size_t rest(const uint8_t *bytes, size_t from, size_t count, uint16_t *ends, uint16_t *next) {
    for (size_t index = from; index < count; index++) {
        *next = (uint16_t)index;
        next += bytes[index] == '\n' || bytes[index] == '\r';
    }
    return (size_t)(next - ends);
}

#if defined(__x86_64__)

static size_t line_ends_sse2(const uint8_t *bytes, size_t count, uint16_t *ends) {
    const __m128i lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r');
    uint16_t *next = ends;
    size_t base = 0;
    for (; base + 64 <= count; base += 64) {
        uint64_t bits = 0;
        for (int part = 0; part < 4; part++) {
            __m128i v = _mm_loadu_si128((const __m128i *)(bytes + base + 16 * part));
            __m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, lf), _mm_cmpeq_epi8(v, cr));
            bits |= (uint64_t)(uint32_t)_mm_movemask_epi8(hit) << (16 * part);
        }
        next = write_places(bits, base, next);
    }
    return rest(bytes, base, count, ends, next);
}

__attribute__((target("avx2,bmi,popcnt")))
static size_t line_ends_avx2(const uint8_t *bytes, size_t count, uint16_t *ends) {
    // By the lower four bits of a byte: what it must be to end a line. The others stand for what no byte here can be, as one of
    // 128 and more is looked up as zero.
    const char no = (char)0x80;
    const __m256i wanted = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(no, no, no, no, no, no, no, no, no, no, '\n', no, no, '\r', no, no));
    uint16_t *next = ends;
    size_t base = 0;
    for (; base + 64 <= count; base += 64) {
        __m256i low = _mm256_loadu_si256((const __m256i *)(bytes + base));
        __m256i high = _mm256_loadu_si256((const __m256i *)(bytes + base + 32));
        low = _mm256_cmpeq_epi8(low, _mm256_shuffle_epi8(wanted, low));
        high = _mm256_cmpeq_epi8(high, _mm256_shuffle_epi8(wanted, high));
        uint64_t bits = (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
        next = write_places(bits, base, next);
    }
    return rest(bytes, base, count, ends, next);
}

size_t ghost_line_ends(const uint8_t *bytes, size_t count, uint16_t *ends) {
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt")) {
        return line_ends_avx2(bytes, count, ends);
    }
    return line_ends_sse2(bytes, count, ends);
}

#elif defined(__aarch64__)

size_t ghost_line_ends(const uint8_t *bytes, size_t count, uint16_t *ends) {
    const uint8x16_t lf = vdupq_n_u8('\n'), cr = vdupq_n_u8('\r');
    static const uint8_t weights[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16_t weight = vld1q_u8(weights);
    uint16_t *next = ends;
    size_t base = 0;
    for (; base + 64 <= count; base += 64) {
        uint8x16_t hit[4];
        for (int part = 0; part < 4; part++) {
            uint8x16_t v = vld1q_u8(bytes + base + 16 * part);
            hit[part] = vandq_u8(vorrq_u8(vceqq_u8(v, lf), vceqq_u8(v, cr)), weight);
        }
        // Neighbours are added three times, until the eight bits of eight bytes are one byte.
        uint8x16_t sum = vpaddq_u8(vpaddq_u8(hit[0], hit[1]), vpaddq_u8(hit[2], hit[3]));
        sum = vpaddq_u8(sum, sum);
        next = write_places(vgetq_lane_u64(vreinterpretq_u64_u8(sum), 0), base, next);
    }
    return rest(bytes, base, count, ends, next);
}

#else

size_t ghost_line_ends(const uint8_t *bytes, size_t count, uint16_t *ends) {
    return rest(bytes, 0, count, ends, ends);
}

#endif
