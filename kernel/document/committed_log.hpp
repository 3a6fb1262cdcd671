#pragma once

#include <weft/buffer.hpp>

#include <cstdint>
#include <deque>
#include <memory>

namespace weft {

using SessionId = std::uint64_t;
using LogPosition = std::uint64_t;

/// The updates of one document that may leave the node, in order, as long as some session has not been
/// sent them. Sessions hold a cursor on it instead of queues of their own.
///
/// When the log is cut under a slow session, that session needs a state vector at or below its cursor.
/// Checkpoints are such state vectors: one is taken from the replica now and then, and enters the log at
/// the position where everything that it covers has entered.
class CommittedLog {
public:
    struct Entry {
        Buffer update;
        SessionId sender = 0;  // 0, or the one session that sent all of it and need not hear it
    };
    struct Checkpoint {
        LogPosition position = 0;
        std::shared_ptr<const Bytes> state_vector;
    };

    LogPosition begin() const { return begin_; }
    LogPosition end() const { return begin_ + entries_.size(); }
    std::size_t bytes() const { return bytes_; }
    const Entry& at(LogPosition position) const { return entries_[position - begin_]; }

    void push(Entry entry);

    /// Forgets everything below `position`.
    void trim(LogPosition position);

    /// A state vector that covers nothing beyond the log's present end.
    void add_checkpoint(std::shared_ptr<const Bytes> state_vector);

    /// Bytes that entered since the newest checkpoint.
    std::size_t bytes_since_checkpoint() const { return bytes_since_checkpoint_; }

    /// The newest state vector that covers nothing beyond `position`.
    std::shared_ptr<const Bytes> checkpoint_below(LogPosition position) const;

    /// The first checkpoint: what the replica had when it was loaded. Called once, before anything else.
    void start(std::shared_ptr<const Bytes> state_vector);

private:
    std::deque<Entry> entries_;
    LogPosition begin_ = 0;
    std::size_t bytes_ = 0;
    std::size_t bytes_since_checkpoint_ = 0;
    std::deque<Checkpoint> checkpoints_;  // oldest first; at least one after `start`
};

}  // namespace weft
