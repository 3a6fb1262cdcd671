#pragma once

#include "frame.hpp"

#include <boost/asio/buffer.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace weft::ws {

/// The frames that one connection has yet to send: shared references, in order. Empty, it holds next to nothing.
///
/// Threads   One, its connection's.
class SendQueue {
public:
    /// As many pieces as one gathered write takes.
    using Pieces = std::array<boost::asio::const_buffer, 64>;

    void push(FramePtr frame) {
        bytes_ += frame->size();
        frames_.push_back(std::move(frame));
    }

    bool empty() const { return first_ == frames_.size(); }
    std::size_t bytes() const { return bytes_; }

    /// What to write next, in `pieces`.
    std::span<const boost::asio::const_buffer> gather(Pieces& pieces) const {
        std::size_t count = 0;
        std::size_t skip = sent_of_first_;
        const auto add = [&](BytesView part) {
            if (skip >= part.size()) {
                skip -= part.size();
            } else {
                pieces[count++] = {part.data() + skip, part.size() - skip};
                skip = 0;
            }
        };
        for (std::size_t i = first_; i < frames_.size() && count + 2 <= pieces.size(); ++i) {
            add(frames_[i]->head());
            add(frames_[i]->payload());
        }
        return {pieces.data(), count};
    }

    /// `bytes` of what `gather` gave have been written.
    void consume(std::size_t bytes) {
        bytes_ -= bytes;
        sent_of_first_ += bytes;
        while (first_ < frames_.size() && sent_of_first_ >= frames_[first_]->size()) {
            sent_of_first_ -= frames_[first_]->size();
            frames_[first_++].reset();
        }
        forget_sent();
    }

    /// Drops what has not begun to leave: what has, must be finished or the stream makes no sense.
    void drop_unstarted() {
        const std::size_t keep = first_ + (sent_of_first_ > 0 ? 1 : 0);
        frames_.resize(keep);
        bytes_ = sent_of_first_ > 0 ? frames_[first_]->size() - sent_of_first_ : 0;
    }

    void clear() {
        frames_.clear();
        first_ = sent_of_first_ = bytes_ = 0;
    }

private:
    static constexpr std::size_t kept_capacity = 16;
    static constexpr std::size_t forgotten_at = 1024;

    void forget_sent() {
        if (first_ == frames_.size()) {
            if (frames_.capacity() > kept_capacity) {
                frames_ = {};
            }
            frames_.clear();
            first_ = 0;
        } else if (first_ >= forgotten_at && first_ * 2 > frames_.size()) {
            frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(first_));
            first_ = 0;
        }
    }

    std::vector<FramePtr> frames_;  // those before first_ are sent and gone
    std::size_t first_ = 0;
    std::size_t sent_of_first_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace weft::ws
