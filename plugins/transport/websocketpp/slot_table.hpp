#pragma once

#include <weft/transport.hpp>

#include <atomic>
#include <cstdint>
#include <memory>

namespace weft::ws {

/// A connection id: generation:24 (from bit 32), thread:8, slot:24.
struct SlotId {
    std::uint32_t generation = 0;
    std::uint32_t thread = 0;
    std::uint32_t slot = 0;

    static SlotId from(ConnectionId id) {
        return {static_cast<std::uint32_t>(id >> 32), static_cast<std::uint32_t>(id >> 24) & 0xFFu,
                static_cast<std::uint32_t>(id) & 0xFFFFFFu};
    }
    ConnectionId id() const {
        return std::uint64_t{generation} << 32 | std::uint64_t{thread} << 24 | slot;
    }
};

/// Per slot of one I/O thread: which connection lives there, and how many bytes it has yet to send. One atomic holds
/// generation:24 over:1 bytes:39, so that bytes for a connection that has gone are never counted to its successor.
///
/// Threads   `is_live` and `add` from any [any]; the rest from the I/O thread.
class SlotTable {
public:
    enum class Added { stale, under, over };

    SlotTable(std::uint32_t thread, std::uint32_t slots, std::uint64_t mark)
        : thread_(thread), slots_(slots), mark_(mark),
          states_(std::make_unique<std::atomic<std::uint64_t>[]>(slots)) {}

    std::uint32_t size() const { return slots_; }

    /// Counts bytes that are about to be queued. `over`: the connection has passed its mark, and `remove` will tell
    /// when it has drained.
    Added add(SlotId id, std::size_t bytes) {
        if (id.slot >= slots_) {
            return Added::stale;
        }
        auto& state = states_[id.slot];
        std::uint64_t before = state.load(std::memory_order_relaxed);
        std::uint64_t after = 0;
        do {
            if (before >> generation_shift != id.generation) {
                return Added::stale;
            }
            after = before + bytes;
            if ((after & bytes_mask) > mark_) {
                after |= over_bit;
            }
        } while (!state.compare_exchange_weak(before, after, std::memory_order_relaxed));
        return (after & over_bit) != 0 ? Added::over : Added::under;
    }

    /// Bytes have left the queue. True when a connection that was over its mark has just drained below half of it.
    bool remove(SlotId id, std::size_t bytes) {
        auto& state = states_[id.slot];
        std::uint64_t before = state.load(std::memory_order_relaxed);
        std::uint64_t after = 0;
        do {
            if (before >> generation_shift != id.generation) {
                return false;
            }
            after = before - bytes;
            if ((after & bytes_mask) <= mark_ / 2) {
                after &= ~over_bit;
            }
        } while (!state.compare_exchange_weak(before, after, std::memory_order_relaxed));
        return ((before ^ after) & over_bit) != 0;
    }

    bool is_live(SlotId id) const {
        return id.slot < slots_ &&
               states_[id.slot].load(std::memory_order_relaxed) >> generation_shift ==
                   id.generation;
    }

    /// Ends every id of the slot and gives a new one, with nothing queued.
    SlotId renew(std::uint32_t slot) {
        auto& state = states_[slot];
        const auto generation_now = state.load(std::memory_order_relaxed) >> generation_shift;
        // 0 is skipped: an id is never 0.
        const std::uint64_t next = generation_now == generation_max ? 1 : generation_now + 1;
        state.store(next << generation_shift, std::memory_order_relaxed);
        return {static_cast<std::uint32_t>(next), thread_, slot};
    }

private:
    static constexpr unsigned generation_shift = 40;
    static constexpr std::uint64_t generation_max = (std::uint64_t{1} << 24) - 1;
    static constexpr std::uint64_t over_bit = std::uint64_t{1} << 39;
    static constexpr std::uint64_t bytes_mask = over_bit - 1;

    const std::uint32_t thread_;
    const std::uint32_t slots_;
    const std::uint64_t mark_;
    std::unique_ptr<std::atomic<std::uint64_t>[]> states_;
};

}  // namespace weft::ws
