// Writes update v1; the grammar stands in update_decoder.hpp.
#pragma once

#include "update_decoder.hpp"

namespace weft::yjs {

/// Writes a struct from `offset` units on. What is cut off in front becomes the origin of the rest.
void write_struct(Writer& writer, const StructView& view, std::uint64_t offset);

/// The info byte of an item: which content it has, and what stands before it.
std::uint8_t info_byte(const StructView& view, bool has_origin, bool has_key_mark);

/// Says that nothing is known of the next `length` clocks.
void write_skip(Writer& writer, std::uint64_t length);

/// Writes what delete sets of both formats have in common: clients in descending order and, after how many ranges each has,
/// what `write_ranges(begin, end)` writes of them. `ranges` are normalised.
template <class WriteRanges>
void write_by_client(Writer& writer, const std::vector<WireRange>& ranges,
                     WriteRanges write_ranges) {
    std::uint64_t clients = 0;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        clients += i == 0 || ranges[i].client != ranges[i - 1].client ? 1 : 0;
    }
    writer.varuint(clients);
    for (std::size_t end = ranges.size(); end > 0;) {
        std::size_t begin = end - 1;
        while (begin > 0 && ranges[begin - 1].client == ranges[end - 1].client) {
            --begin;
        }
        writer.varuint(ranges[begin].client);
        writer.varuint(end - begin);
        write_ranges(begin, end);
        end = begin;
    }
}

/// `ranges` are normalised. Clients go out in descending order.
void write_delete_set(Writer& writer, const std::vector<WireRange>& ranges);

/// Writes `varuint count, (varuint client, varuint clock)*`, clients in descending order.
void write_state_vector(Writer& writer, const StateVector& clocks);

}  // namespace weft::yjs
