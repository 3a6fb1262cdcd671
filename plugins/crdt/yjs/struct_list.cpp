#include "struct_list.hpp"

#include <algorithm>

namespace weft::yjs {
namespace {

/// How many of `count` clocks are not above `clock`, at least one; by halving without branches.
template <class Entry>
std::uint32_t last_not_above(const Entry* entries, std::uint32_t count, Clock clock) {
    const Entry* base = entries;
    while (count > 1) {
        const std::uint32_t half = count / 2;
        base += base[half].clock <= clock ? half : 0;
        count -= half;
    }
    return static_cast<std::uint32_t>(base - entries);
}

}  // namespace

bool StructList::holds(Place place, Clock clock) const {
    if (place.block >= blocks_.size() || place.at >= blocks_[place.block].count ||
        (*this)[place].clock > clock) {
        return false;
    }
    return !next(place) || clock < (*this)[place].clock;
}

StructList::Place StructList::find(Clock clock) const {
    // Edits come in runs: the end and the last place that was asked for, or the one behind it, are the usual answers.
    if (back().clock <= clock) {
        return last();
    }
    Place guess = last_found_;
    if (holds(guess, clock) || (guess.at++, holds(guess, clock))) {
        return last_found_ = guess;
    }
    const std::uint32_t block =
        last_not_above(blocks_.data(), static_cast<std::uint32_t>(blocks_.size()), clock);
    const Block& found = blocks_[block];
    return last_found_ = {block, last_not_above(found.entries.get(), found.count, clock)};
}

bool StructList::next(Place& place) const {
    if (place.at + 1u < blocks_[place.block].count) {
        ++place.at;
        return true;
    }
    if (place.block + 1 < blocks_.size()) {
        place = {place.block + 1, 0};
        return true;
    }
    return false;
}

bool StructList::previous(Place& place) const {
    if (place.at > 0) {
        --place.at;
        return true;
    }
    if (place.block > 0) {
        place = {place.block - 1, blocks_[place.block - 1].count - 1u};
        return true;
    }
    return false;
}

void StructList::insert_block(std::uint32_t before) {
    const std::size_t capacity = blocks_.capacity();
    blocks_.emplace(blocks_.begin() + before);
    memory_bytes_ += (blocks_.capacity() - capacity) * sizeof(Block);
}

/// Makes room for one more entry.
void StructList::reserve(Block& block) {
    if (block.count < block.capacity) {
        return;
    }
    const std::uint32_t capacity = block.capacity == 0 ? 1u : block.capacity * 2u;
    auto entries = std::make_unique<Entry[]>(capacity);
    std::copy_n(block.entries.get(), block.count, entries.get());
    block.entries = std::move(entries);
    memory_bytes_ += (capacity - block.capacity) * sizeof(Entry);
    block.capacity = static_cast<std::uint16_t>(capacity);
}

void StructList::push_back(Entry entry) {
    if (blocks_.empty() || blocks_.back().count == block_max) {
        insert_block(static_cast<std::uint32_t>(blocks_.size()));
        blocks_.back().clock = entry.clock;
    }
    Block& block = blocks_.back();
    reserve(block);
    block.entries[block.count++] = entry;
    ++size_;
}

/// Moves the upper half of a full block into a new one behind it; gives how many stay.
std::uint32_t StructList::split(std::uint32_t index) {
    insert_block(index + 1);
    Block& left = blocks_[index];
    Block& right = blocks_[index + 1];
    constexpr std::uint32_t kept = block_max / 2;
    right.capacity = block_max;
    right.count = static_cast<std::uint16_t>(left.count - kept);
    right.entries = std::make_unique<Entry[]>(block_max);
    memory_bytes_ += block_max * sizeof(Entry);
    std::copy_n(left.entries.get() + kept, right.count, right.entries.get());
    right.clock = right.entries[0].clock;
    left.count = kept;
    return kept;
}

StructList::Place StructList::insert_after(Place place, Entry entry) {
    if (blocks_[place.block].count == block_max) {
        const std::uint32_t kept = split(place.block);
        if (place.at >= kept) {
            place = {place.block + 1, place.at - kept};
        }
    }
    Block& block = blocks_[place.block];
    reserve(block);
    ++place.at;
    Entry* const at = block.entries.get() + place.at;
    std::copy_backward(at, block.entries.get() + block.count, at + (block.count - place.at) + 1);
    *at = entry;
    ++block.count;
    ++size_;
    return place;
}

StructList::Place StructList::erase(Place place) {
    Place before = place;
    previous(before);
    Block& block = blocks_[place.block];
    --size_;
    if (--block.count == 0) {
        memory_bytes_ -= block.capacity * sizeof(Entry);
        blocks_.erase(blocks_.begin() + place.block);
        return before;
    }
    Entry* const at = block.entries.get() + place.at;
    std::copy(at + 1, block.entries.get() + block.count + 1, at);
    block.clock = block.entries[0].clock;
    return before;
}

void StructList::move(Place place, Clock clock) {
    Block& block = blocks_[place.block];
    block.entries[place.at].clock = clock;
    if (place.at == 0) {
        block.clock = clock;
    }
}

}  // namespace weft::yjs
