// Memory for the contents of one document, apart from its items.
#pragma once

#include "id.hpp"

#include <weft/bytes.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace weft::yjs {

/// Bytes in a `ByteArena`. Room for more stands behind them, so that a run of typing grows in place.
struct ContentBlock {
    Handle place = none;
    std::uint32_t size = 0;
    std::uint8_t size_class = 0;
};

/// Hands out blocks whose sizes are powers of two, small ones from shared chunks, and takes them back.
/// Copying a block's struct copies the reference; the owner is whoever calls `release`.
class ByteArena {
public:
    ByteArena() { free_.fill(none); }
    ByteArena(const ByteArena&) = delete;
    ByteArena& operator=(const ByteArena&) = delete;

    ContentBlock store(BytesView bytes);

    /// `bytes` may not point into this arena.
    void append(ContentBlock& block, BytesView bytes);

    /// Appends another block of this arena, which stays as it is.
    void append(ContentBlock& block, const ContentBlock& other);

    void release(ContentBlock& block);

    BytesView view(const ContentBlock& block) const {
        return block.size == 0 ? BytesView{} : BytesView{at(block.place), block.size};
    }
    std::uint8_t* bytes_of(const ContentBlock& block) { return at(block.place); }

    std::uint64_t memory_bytes() const { return memory_bytes_; }

private:
    // A place is the chunk's number and, in units of 8 bytes, where in the chunk.
    static constexpr unsigned offset_bits = 12;
    static constexpr unsigned smallest_class = 3;
    static constexpr unsigned largest_shared_class = 12;
    static constexpr std::size_t largest_chunk = std::size_t{1} << 15;

    std::uint8_t* at(Handle place) const {
        return chunks_[place >> offset_bits].get() +
               ((place & ((1u << offset_bits) - 1)) << smallest_class);
    }
    static std::uint8_t class_for(std::size_t size);
    Handle allocate(std::uint8_t size_class);
    Handle allocate_chunk(std::size_t size);
    void reserve(ContentBlock& block, std::size_t size);

    std::vector<std::unique_ptr<std::uint8_t[]>> chunks_;
    std::vector<Handle> free_chunks_;  // numbers of large chunks that were given back
    std::array<Handle, largest_shared_class + 1>
        free_;  // by class; a free block holds the next one's place
    Handle open_chunk_ = none;
    std::size_t open_used_ = 0;
    std::size_t open_size_ = 0;
    std::uint64_t memory_bytes_ = 0;
};

}  // namespace weft::yjs
