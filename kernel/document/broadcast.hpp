#pragma once

#include "kernel/document/committed_log.hpp"
#include "kernel/session/session.hpp"

#include <weft/crdt.hpp>

#include <vector>

namespace weft {

/// How much of the committed log is kept for slow sessions.
struct LogBudget {
    std::size_t document_bytes = 256 * 1024;
    std::size_t checkpoint_bytes = 64 * 1024;  // between two checkpoints
};

/// Sends the committed log to the sessions of one document. Updates of one turn leave as one message,
/// made once and shared by all who wait at the same place; a session whose connection is over its mark
/// waits, and gets the merged rest once it has drained.
///
/// Threads   Belongs to the document's shard.
class Broadcast {
public:
    Broadcast(Outbox& outbox, const LogBudget& budget) : outbox_(outbox), budget_(budget) {}

    /// The document is loaded; `state_vector` is what it has. Called once.
    void start(const Crdt& crdt, std::shared_ptr<const Bytes> state_vector);

    void push(CommittedLog::Entry entry) { log_.push(std::move(entry)); }
    CommittedLog& log() { return log_; }
    const CommittedLog& log() const { return log_; }
    bool wants_checkpoint() const {
        return log_.bytes_since_checkpoint() >= budget_.checkpoint_bytes;
    }

    /// Sends to each of `sessions` what it has not been sent, forgets what all have, and cuts the log when
    /// those who wait make it too long (`tight`: longer than nothing). Gives the sessions that can be written to but were cut off: they
    /// need a diff from `delivery.cut_at`.
    std::vector<Session*> flush(const std::vector<Session*>& sessions, Time now, bool tight);

private:
    /// Sessions that get the same bytes.
    struct Group {
        LogPosition from;
        SessionId without;  // its own updates are left out; 0: all updates
        std::vector<Session*> sessions;
    };

    /// Who sent the updates from a cursor on; empty when they are too many to leave anybody out.
    struct Slice {
        LogPosition from;
        std::vector<SessionId> senders;
    };

    std::vector<Group> group(const std::vector<Session*>& sessions) const;
    Slice slice(LogPosition from) const;
    void send(const Group& group, Time now);
    Buffer encode(LogPosition from, SessionId without) const;
    void trim(const std::vector<Session*>& sessions);
    void cut(const std::vector<Session*>& sessions);

    // Fixed at construction or start.
    Outbox& outbox_;
    const LogBudget budget_;
    const Crdt* crdt_ = nullptr;

    CommittedLog log_;
    std::vector<Connection> receivers_;  // scratch
};

}  // namespace weft
