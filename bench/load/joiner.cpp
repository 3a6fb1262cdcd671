#include "joiner.hpp"

#include <algorithm>

#include "update_reader.hpp"

namespace weft::bench {

Joiner::Joiner(EventLoop& loop, const Setting& setting, std::uint32_t number, const Author& author)
    : author_(author), client_(loop, setting.target, setting.document, number, nullptr, *this) {}

void Joiner::on_update(Client& /*client*/, BytesView update, std::int64_t /*arrived_ns*/) {
    const bool read = read_update(update, [&](const Run& run) {
        if (run.client != author_.client() || run.text.empty() ||
            !author_.typed(run.clock, run.text)) {
            failure_ = "the document holds what its author did not type";
        }
        coverage_.add({run.clock, run.clock + run.length}, [](ClockRange) {});
    });
    if (!read) {
        failure_ = "the server sent an update that does not decode";
    }
}

void Joiner::on_lost(Client& /*client*/, const std::string& reason) {
    failure_ = reason;
}

bool wait_for(EventLoop& loop, const std::vector<std::unique_ptr<Joiner>>& joiners,
              double seconds) {
    const auto deadline = now_ns() + static_cast<std::int64_t>(seconds * 1e9);
    const auto done = [](const auto& joiner) { return joiner->done(); };
    while (!std::all_of(joiners.begin(), joiners.end(), done)) {
        if (now_ns() > deadline) {
            return false;
        }
        loop.poll(now_ns() + 10 * millisecond_ns);
    }
    return true;
}

bool reads_whole_document(EventLoop& loop, const Setting& setting, const Author& author) {
    std::vector<std::unique_ptr<Joiner>> joiners;
    joiners.push_back(std::make_unique<Joiner>(loop, setting, 0, author));
    return wait_for(loop, joiners, setting.timeout_seconds) && joiners.front()->whole();
}

}  // namespace weft::bench
