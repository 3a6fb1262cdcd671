#include "kernel/document/keyed_rows.hpp"

#include "kernel/document/document_name.hpp"
#include "kernel/shard/random.hpp"

#include <algorithm>

namespace weft {

namespace {

// The actor of an edit is fresh randomness at every load: both ends and the size tell updates of 64 bits of it apart.
constexpr std::size_t end_bytes = 256;

std::uint64_t fingerprint_of(BytesView update) {
    const std::string_view text = as_text(update);
    const std::uint64_t head = document_hash(text.substr(0, end_bytes));
    const std::uint64_t tail =
        document_hash(text.substr(text.size() - std::min(text.size(), end_bytes)));
    return Random(head ^ Random(tail ^ update.size()).next()).next();
}

std::uint64_t mark_of(std::uint64_t key, std::uint64_t fingerprint) {
    return Random(key ^ fingerprint).next();
}

}  // namespace

std::uint64_t keyed_mark(std::uint64_t key, BytesView update) {
    return mark_of(key, fingerprint_of(update));
}

void KeyedRows::add(std::uint64_t mark, BytesView update) {
    if (rows_.size() == rows_max) {
        rows_.pop_front();
    }
    rows_.push_back({mark, fingerprint_of(update)});
}

bool KeyedRows::contains(std::uint64_t key) const {
    return std::ranges::any_of(
        rows_, [key](const Row& row) { return row.mark == mark_of(key, row.fingerprint); });
}

}  // namespace weft
