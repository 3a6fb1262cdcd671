#pragma once

#include <weft/abi/base.h>
#include <weft/bytes.hpp>

#include <atomic>
#include <utility>

namespace weft {

/// Shared, immutable bytes with a count of their owners. Copying one costs an atomic increment, no
/// copy of the bytes. Passed across the plugin boundary as `weft_buf`; may be released on any thread.
class Buffer {
public:
    Buffer() = default;

    /// Takes `bytes` over without copying them.
    explicit Buffer(Bytes bytes) {
        auto* owner = new Owner{1, std::move(bytes)};
        raw_ = {owner->bytes.data(), owner->bytes.size(), owner, &owner_calls};
    }

    static Buffer copy_of(BytesView bytes) { return Buffer(to_bytes(bytes)); }

    /// Takes one reference over from the C side.
    static Buffer adopt(weft_buf raw) {
        Buffer buffer;
        buffer.raw_ = raw;
        return buffer;
    }

    /// Adds a reference of its own to a buffer that is only borrowed.
    static Buffer share(weft_buf raw) {
        retain(raw);
        return adopt(raw);
    }

    Buffer(const Buffer& other) : raw_(other.raw_) { retain(raw_); }
    Buffer(Buffer&& other) noexcept : raw_(std::exchange(other.raw_, weft_buf{})) {}
    Buffer& operator=(Buffer other) noexcept {
        std::swap(raw_, other.raw_);
        return *this;
    }
    ~Buffer() {
        if (raw_.calls != nullptr) {
            raw_.calls->release(raw_.owner);
        }
    }

    /// A part of these bytes that keeps all of them alive.
    Buffer slice(BytesView part) const {
        Buffer sliced(*this);
        sliced.raw_.data = part.data();
        sliced.raw_.size = part.size();
        return sliced;
    }

    BytesView view() const { return {raw_.data, raw_.size}; }
    std::size_t size() const { return raw_.size; }
    bool empty() const { return raw_.size == 0; }

    /// Borrowed; valid while this buffer lives.
    weft_buf raw() const { return raw_; }

    /// Gives this reference to the C side.
    weft_buf release() && { return std::exchange(raw_, weft_buf{}); }

private:
    struct Owner {
        std::atomic<std::uint32_t> references;
        Bytes bytes;
    };

    static void retain_owner(void* owner) {
        static_cast<Owner*>(owner)->references.fetch_add(1, std::memory_order_relaxed);
    }
    static void release_owner(void* owner) {
        auto* mine = static_cast<Owner*>(owner);
        if (mine->references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            delete mine;
        }
    }
    static constexpr weft_buf_calls owner_calls{&retain_owner, &release_owner};

    static void retain(const weft_buf& raw) {
        if (raw.calls != nullptr) {
            raw.calls->retain(raw.owner);
        }
    }

    weft_buf raw_{};
};

}  // namespace weft
