#pragma once

#include "kernel/history/document_history.hpp"

#include <map>
#include <memory>
#include <string>

namespace weft {

/// The histories of one shard's documents: of those in memory, and of those that have left it with something still to do.
///
/// Threads   Belongs to the shard.
class HistoryKeeper {
public:
    explicit HistoryKeeper(HistoryServices services) : services_(std::move(services)) {}

    void on_loaded(const std::string& document, const Loaded& loaded);
    void on_committed(const std::string& document, const Crdt& crdt, std::uint64_t epoch,
                      std::uint64_t head);

    /// A version was made that the store has no text of: it is replayed and told.
    void tell_text(const std::string& document, std::uint64_t version, std::uint64_t seq);

    std::size_t size() const { return histories_.size(); }

private:
    DocumentHistory& history_of(const std::string& document);

    HistoryServices services_;
    std::map<std::string, std::shared_ptr<DocumentHistory>> histories_;
    std::size_t sweep_at_ = 64;  // so many: those at rest are forgotten
};

}  // namespace weft
