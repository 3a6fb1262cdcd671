#include "lib0.hpp"

#include "any_value.hpp"

#include <cmath>

namespace weft::yjs {

void write_any_number(Writer& writer, double number) {
    constexpr double integer_max = 2147483647;
    if (std::trunc(number) == number && std::abs(number) <= integer_max) {
        writer.u8(static_cast<std::uint8_t>(AnyTag::integer));
        write_varint(writer, {std::signbit(number), static_cast<std::uint64_t>(std::abs(number))});
        return;
    }
    // A double beyond the range of float must not be converted: that is undefined.
    constexpr double float_max = 3.4028234663852886e38;
    const bool fits = std::isinf(number) || std::abs(number) <= float_max;
    if (fits && static_cast<double>(static_cast<float>(number)) == number) {
        writer.u8(static_cast<std::uint8_t>(AnyTag::float32));
        write_big_endian(writer, std::bit_cast<std::uint32_t>(static_cast<float>(number)));
        return;
    }
    writer.u8(static_cast<std::uint8_t>(AnyTag::float64));
    write_big_endian(writer, std::bit_cast<std::uint64_t>(number));
}

}  // namespace weft::yjs
