// Edits that came with an idempotency key are known again by their rows, also after a crash: the mark of such a row is made from
// the key and the update. Neither the key alone makes it, since equal marks must mean equal updates, nor could the key be found
// in the update, which only the algorithm understands.
#pragma once

#include <weft/bytes.hpp>

#include <cstdint>
#include <deque>

namespace weft {

/// The mark of a row whose edit came with `key`.
std::uint64_t keyed_mark(std::uint64_t key, BytesView update);

/// The newest rows of one document, as far as telling needs them which keys they came with.
class KeyedRows {
public:
    void add(std::uint64_t mark, BytesView update);
    bool contains(std::uint64_t key) const;
    void clear() { rows_.clear(); }

    /// How many rows are remembered; older ones are forgotten.
    static constexpr std::size_t rows_max = 1024;

private:
    struct Row {
        std::uint64_t mark;
        std::uint64_t fingerprint;
    };
    std::deque<Row> rows_;  // oldest first
};

}  // namespace weft
