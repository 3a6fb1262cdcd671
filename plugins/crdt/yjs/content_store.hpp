// Memory for the contents of one document, apart from its items.
#pragma once

#include "id.hpp"

#include <weft/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace weft::yjs {

/// Bytes in a `ContentStore`. A `roomy` block owns the bytes behind it up to the next power of two.
struct ContentBlock {
    Handle place = none;
    std::uint32_t size : 31 = 0;
    std::uint32_t roomy : 1 = 0;
};

/// Contents stand one behind the other in pages, in the order in which they came. A block can be cut without copying,
/// and grows in place while it is the last one or has room behind it. What is given back stays where it is until
/// there is more of it than of what is in use: then the owner copies what is in use (`begin_compaction`).
class ContentStore {
public:
    ContentBlock store(BytesView bytes);

    /// `bytes` may not point into this store.
    void append(ContentBlock& block, BytesView bytes);

    /// Moves the bytes of `other` behind those of `block`.
    void join(ContentBlock& block, ContentBlock& other);

    /// Cuts `block` at byte `at` and gives the rest. Nothing is copied.
    ContentBlock cut(ContentBlock& block, std::uint32_t at);

    /// Gives the last bytes back.
    void truncate(ContentBlock& block, std::uint32_t size);

    void release(ContentBlock& block) { truncate(block, 0); }

    BytesView view(const ContentBlock& block) const {
        return block.size == 0 ? BytesView{} : BytesView{at(block.place), block.size};
    }

    /// Whether more than half of what was handed out is not in use any more.
    bool is_wasteful() const { return used_ - live_ > live_ + waste_min; }

    /// Empties the store and gives its memory to `old`, out of which the owner stores again what it still needs.
    void begin_compaction(ContentStore& old);

    std::uint64_t memory_bytes() const { return memory_bytes_ + pages_.capacity() * sizeof(Page); }

    /// Whether `bytes` more are sure to fit: places have 32 bits.
    bool has_room(std::uint64_t bytes) const {
        return bytes < bytes_max && pages_.size() * page_size + 4 * bytes < bytes_max;
    }

private:
    // A place is a page's number and where in the page. A content larger than a page has several in a row.
    static constexpr unsigned page_bits = 16;
    static constexpr std::size_t page_size = std::size_t{1} << page_bits;
    static constexpr std::size_t smallest_page = 256;
    static constexpr std::uint64_t waste_min = 4096;
    static constexpr std::uint64_t bytes_max = std::uint64_t{3} << 30;

    struct Page {
        std::unique_ptr<std::uint8_t[]>
            memory;  // none: the page goes on where the one before it ends
        std::uint8_t* begin = nullptr;
    };

    std::uint8_t* at(Handle place) const {
        return pages_[place >> page_bits].begin + (place & (page_size - 1));
    }
    Handle allocate(std::size_t size);
    Handle allocate_large(std::size_t size);
    void open_page(std::size_t size);
    void grow_open_page(std::size_t size);
    bool try_grow(ContentBlock& block, std::size_t added);
    void reserve(ContentBlock& block, std::size_t size);

    std::vector<Page> pages_;
    std::size_t open_page_ = 0;  // contents are put into this one
    std::size_t open_used_ = 0;
    std::size_t open_size_ = 0;  // 0: no page is open
    std::uint64_t used_ = 0;     // handed out since the last compaction
    std::uint64_t live_ = 0;     // of it still in use
    std::uint64_t memory_bytes_ = 0;
};

}  // namespace weft::yjs
