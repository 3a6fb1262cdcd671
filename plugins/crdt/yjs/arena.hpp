// Memory for things of one kind behind 32-bit handles: half the size of pointers, and they survive growth.
#pragma once

#include "id.hpp"

#include <memory>
#include <vector>

namespace weft::yjs {

/// Things never move, so references stay good while others are made. What is given back is used again; the list of it
/// runs through `T::free_link`, one of the handles of a thing.
template <class T, unsigned chunk_bits>
class Arena {
public:
    Handle create() {
        if (free_ != none) {
            const Handle handle = free_;
            T& thing = (*this)[handle];
            free_ = thing.free_link();
            thing = T{};
            return handle;
        }
        if ((size_ & mask) == 0) {
            chunks_.push_back(std::make_unique<T[]>(mask + 1));
        }
        return size_++;
    }

    void release(Handle handle) {
        T& thing = (*this)[handle];
        thing = T{};
        thing.free_link() = free_;
        free_ = handle;
    }

    T& operator[](Handle handle) { return chunks_[handle >> chunk_bits][handle & mask]; }
    const T& operator[](Handle handle) const {
        return chunks_[handle >> chunk_bits][handle & mask];
    }

    /// All handles are below this.
    Handle size() const { return size_; }

    std::uint64_t memory_bytes() const {
        return chunks_.size() * (mask + 1) * sizeof(T) +
               chunks_.capacity() * sizeof(std::unique_ptr<T[]>);
    }

private:
    static constexpr Handle mask = (Handle{1} << chunk_bits) - 1;

    std::vector<std::unique_ptr<T[]>> chunks_;
    Handle free_ = none;
    Handle size_ = 0;
};

}  // namespace weft::yjs
