// The structs of one client, ascending by clock and without gaps.
#pragma once

#include "id.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace weft::yjs {

/// Entries stand in blocks of at most 256, so that one in the middle moves a bounded number of others.
/// An entry repeats its struct's clock: a search touches no struct.
class StructList {
public:
    struct Entry {
        Clock clock = 0;
        Handle item = none;
    };

    /// Good until the list changes.
    struct Place {
        std::uint32_t block = 0;
        std::uint32_t at = 0;
    };

    bool empty() const { return blocks_.empty(); }
    std::size_t size() const { return size_; }

    /// The entry whose struct holds `clock`, which is below the client's state.
    Place find(Clock clock) const;
    const Entry& operator[](Place place) const { return blocks_[place.block].entries[place.at]; }
    const Entry& back() const { return (*this)[last()]; }
    Place last() const {
        return {static_cast<std::uint32_t>(blocks_.size() - 1), blocks_.back().count - 1u};
    }

    /// Steps to the next or previous entry; false, and `place` as it was, at the end.
    bool next(Place& place) const;
    bool previous(Place& place) const;

    /// How many entries there are from `place` on.
    std::size_t count_from(Place place) const {
        std::size_t count = 0;
        for (std::size_t block = place.block; block < blocks_.size(); ++block) {
            count += blocks_[block].count;
        }
        return count - place.at;
    }

    /// Visits the entries from `place` on, in order.
    template <class Visit>
    void each(Place place, Visit visit) const {
        for (; place.block < blocks_.size(); ++place.block, place.at = 0) {
            const Block& block = blocks_[place.block];
            for (; place.at < block.count; ++place.at) {
                visit(block.entries[place.at]);
            }
        }
    }

    void push_back(Entry entry);
    Place insert_after(Place place, Entry entry);

    /// Removes an entry that is not the first, and gives the place of the one before it.
    Place erase(Place place);

    /// Says that the entry's struct begins at another clock, still behind the one before it.
    void move(Place place, Clock clock);

    std::uint64_t memory_bytes() const { return memory_bytes_; }

private:
    static constexpr std::uint32_t block_max = 256;

    struct Block {
        Clock clock = 0;  // of the first entry
        std::uint16_t count = 0;
        std::uint16_t capacity = 0;
        std::unique_ptr<Entry[]> entries;
    };

    bool holds(Place place, Clock clock) const;
    void reserve(Block& block);
    std::uint32_t split(std::uint32_t block);
    void insert_block(std::uint32_t before);

    std::vector<Block> blocks_;
    std::size_t size_ = 0;
    std::uint64_t memory_bytes_ = 0;
    mutable Place last_found_;
};

}  // namespace weft::yjs
