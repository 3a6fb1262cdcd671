#include "kernel/history/history_keeper.hpp"

#include "kernel/history/version_text.hpp"

namespace weft {

void HistoryKeeper::on_loaded(const std::string& document, const Loaded& loaded) {
    if (loaded.head.exists) {
        history_of(document).on_loaded(loaded);
    }
}

void HistoryKeeper::on_committed(const std::string& document, const Crdt& crdt, std::uint64_t epoch,
                                 std::uint64_t head) {
    history_of(document).on_committed(crdt, epoch, head);
}

void HistoryKeeper::tell_text(const std::string& document, std::uint64_t version,
                              std::uint64_t seq) {
    tell_version_text(services_, document, version, seq);
}

DocumentHistory& HistoryKeeper::history_of(const std::string& document) {
    auto& history = histories_[document];
    if (history == nullptr) {
        history = std::make_shared<DocumentHistory>(document, services_);
    }
    DocumentHistory& found = *history;
    if (histories_.size() > sweep_at_) {
        std::erase_if(histories_, [&](const auto& entry) {
            return entry.first != document && entry.second->is_at_rest();
        });
        sweep_at_ = 2 * histories_.size() + 64;
    }
    return found;
}

}  // namespace weft
