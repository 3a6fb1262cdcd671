// The primitive encodings of lib0 beyond those that weft/codec.hpp has.
//
//   varint    first byte: bit 8 more, bit 7 sign, 6 bits of the value; then groups of 7 bits as in varuint.
//             −0 is distinct from 0.
//   float32, float64, int64   big-endian
#pragma once

#include <weft/codec.hpp>

#include <bit>
#include <cstdint>
#include <cstring>

namespace weft::yjs {

/// A varint as it stands: the run-length columns of update v2 rely on −0.
struct SignedMagnitude {
    bool negative = false;
    std::uint64_t magnitude = 0;

    std::int64_t value() const {
        const auto positive = static_cast<std::int64_t>(magnitude);
        return negative ? -positive : positive;
    }
    static SignedMagnitude of(std::int64_t value) {
        return {value < 0, static_cast<std::uint64_t>(value < 0 ? -value : value)};
    }
};

inline std::uint64_t read_long_varuint(Reader& reader) {
    constexpr std::uint64_t more_bits = 0x8080808080808080;
    if (std::endian::native != std::endian::little || reader.remaining() < sizeof(std::uint64_t)) {
        return reader.varuint();
    }
    std::uint64_t groups = 0;
    std::memcpy(&groups, reader.cursor(), sizeof(groups));
    const std::uint64_t ends = ~groups & more_bits;
    if (ends == 0) {
        return reader.varuint();
    }
    const auto last_bit = static_cast<unsigned>(std::countr_zero(ends));  // of the last group
    groups &= (std::uint64_t{2} << last_bit) - 1;
    // Groups of 7 bits in bytes become pairs of 14 bits in 16, of 28 in 32, of 56.
    groups = (groups & 0x007f007f007f007f) | (groups & 0x7f007f007f007f00) >> 1;
    groups = (groups & 0x00003fff00003fff) | (groups & 0x3fff00003fff0000) >> 2;
    groups = (groups & 0x000000000fffffff) | (groups & 0x0fffffff00000000) >> 4;
    if (groups > varuint_max) {
        reader.fail();
        return 0;
    }
    reader.bytes(last_bit / 8 + 1);
    return groups;
}

/// The same number as `reader.varuint()`, without a step for each of its bytes: client ids have five of them, and an
/// update is little else than ids.
inline std::uint64_t read_varuint(Reader& reader) {
    return reader.remaining() != 0 && *reader.cursor() < 0x80 ? reader.u8()
                                                              : read_long_varuint(reader);
}

inline SignedMagnitude read_varint(Reader& reader) {
    const std::uint8_t first = reader.u8();
    SignedMagnitude result{(first & 0x40) != 0, static_cast<std::uint64_t>(first & 0x3f)};
    bool more = (first & 0x80) != 0;
    for (unsigned shift = 6; more; shift += 7) {
        const std::uint8_t group = reader.u8();
        const std::uint64_t bits = group & 0x7f;
        if (shift > 70 || (shift >= 53 && bits != 0)) {
            reader.fail();
            return {};
        }
        if (bits != 0) {
            result.magnitude |= bits << shift;
        }
        more = reader.ok() && (group & 0x80) != 0;
    }
    if (result.magnitude > varuint_max) {
        reader.fail();
    }
    return reader.ok() ? result : SignedMagnitude{};
}

inline void write_varint(Writer& writer, SignedMagnitude number) {
    std::uint64_t rest = number.magnitude >> 6;
    writer.u8(static_cast<std::uint8_t>((rest != 0 ? 0x80 : 0) | (number.negative ? 0x40 : 0) |
                                        (number.magnitude & 0x3f)));
    while (rest != 0) {
        writer.u8(static_cast<std::uint8_t>((rest > 0x7f ? 0x80 : 0) | (rest & 0x7f)));
        rest >>= 7;
    }
}

template <class Word>
Word read_big_endian(Reader& reader) {
    Word word = 0;
    for (std::size_t i = 0; i < sizeof(Word); ++i) {
        word = static_cast<Word>((word << 8) | reader.u8());
    }
    return word;
}

template <class Word>
void write_big_endian(Writer& writer, Word word) {
    for (std::size_t i = sizeof(Word); i-- > 0;) {
        writer.u8(static_cast<std::uint8_t>(word >> (8 * i)));
    }
}

inline float read_float32(Reader& reader) {
    return std::bit_cast<float>(read_big_endian<std::uint32_t>(reader));
}
inline double read_float64(Reader& reader) {
    return std::bit_cast<double>(read_big_endian<std::uint64_t>(reader));
}
inline std::int64_t read_int64(Reader& reader) {
    return static_cast<std::int64_t>(read_big_endian<std::uint64_t>(reader));
}

/// A number as lib0 writes it into "any": the shortest of integer, float32 and float64 that keeps it.
void write_any_number(Writer& writer, double number);

}  // namespace weft::yjs
