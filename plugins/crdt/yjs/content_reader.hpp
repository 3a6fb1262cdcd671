// The content of an item in pieces, front to back.
#pragma once

#include "struct_store.hpp"

namespace weft::yjs {

/// Reads on from where it stopped, so that all pieces of an item together cost what the item costs.
/// The store does not change meanwhile.
class ContentReader {
public:
    ContentReader(const StructStore& store, const Item& item)
        : ref_(item.ref), rest_(store.content_of(item)), left_(item.length) {}

    Clock left() const { return left_; }

    /// The largest number of units up to `units` that does not end inside a surrogate pair.
    Clock whole_characters(Clock units) const;

    /// Appends the bytes of the next `units` units, at most `left()`, as content.hpp has them. Half of a surrogate pair
    /// is U+FFFD.
    void take(Clock units, Bytes& out);

    /// Passes over them.
    void skip(Clock units);

private:
    BytesView advance(std::size_t size);
    void take_text(Clock units, Bytes* out);

    ContentRef ref_;
    BytesView rest_;  // from the character on that has the next unit
    Clock left_;
    bool inside_pair_ = false;  // the next unit is the second of that character
};

}  // namespace weft::yjs
