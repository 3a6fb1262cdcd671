#pragma once

#include "kernel/document/committed_log.hpp"
#include "kernel/session/outbox.hpp"
#include "kernel/session/saved_ledger.hpp"
#include "kernel/shard/executor.hpp"

#include <memory>
#include <optional>
#include <string>

namespace weft {

class Document;

/// Where a session stands in the committed log.
struct Delivery {
    LogPosition cursor = 0;  // everything below it was sent to this session
    bool over = false;       // its connection has too much queued: wait until it is writable
    bool unanswered =
        false;  // a diff is on its way to it: updates before that would only be parked there
    bool presence_missed = false;         // asked for, or sent while it was over
    std::shared_ptr<const Bytes> cut_at;  // the log was cut under it: a diff from here replaces it
};

/// When to ask a session for what the server lacks.
struct Resync {
    bool owing = false;   // its updates are dropped until there is room again
    bool wanted = false;  // it has sent something that was parked
    bool futile = false;  // a step 2 left the same parts missing: asking again would not help
    std::optional<Time> asked;
};

/// One client on one document: decodes its messages and keeps what the document needs to know about it.
///
/// Threads   Belongs to the shard of its document.
/// Lifetime  Owned by the shard, from the moment its connection was accepted until it is told that the connection
///           has closed. The document is told before either goes.
class Session {
public:
    Session(SessionId number, Connection client, bool saved_asked, Outbox& outbox)
        : id(number), connection(client), wants_saved(saved_asked), outbox_(outbox) {}

    void join(std::shared_ptr<Document> document) { document_ = std::move(document); }
    const std::shared_ptr<Document>& document() const { return document_; }

    /// Takes one frame from the client. What does not parse closes the connection with 4400.
    void on_message(Buffer frame);

    void send(Buffer frame, Time now);
    void close(std::uint16_t code, std::string_view reason);
    bool closed() const { return closed_; }

    // Fixed at construction.
    const SessionId id;
    const Connection connection;
    const bool wants_saved;

    // Kept here, used by the document.
    Delivery delivery;
    Resync resync;
    SavedLedger saved;
    std::uint64_t saved_sent = 0;        // the last count that the client was told
    std::uint64_t last_edit_stamp = 0;   // the applied count after its newest edit
    std::optional<Bytes> pending_step1;  // the newest that waits for its answer
    bool presence_claimed = false;       // its first presence message has arrived
    Time last_sent{};

private:
    Outbox& outbox_;
    std::shared_ptr<Document> document_;
    bool closed_ = false;
};

}  // namespace weft
