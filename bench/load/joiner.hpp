#pragma once

#include <memory>
#include <string>
#include <vector>

#include "author.hpp"
#include "client.hpp"
#include "coverage.hpp"
#include "scenarios.hpp"

namespace weft::bench {

/// A client that joins a document of one author, and whether what it was given by the time of the step 2 is all of it.
class Joiner final : public ClientListener {
public:
    Joiner(EventLoop& loop, const Setting& setting, std::uint32_t number, const Author& author);

    [[nodiscard]] bool done() const { return client_.synced() || !failure_.empty(); }
    [[nodiscard]] bool whole() const {
        return failure_.empty() && coverage_.contiguous() == author_.clock();
    }
    [[nodiscard]] const std::string& failure() const { return failure_; }
    [[nodiscard]] std::int64_t took_ns() const { return client_.synced_ns() - client_.opened_ns(); }

    void on_update(Client& client, BytesView update, std::int64_t arrived_ns) override;
    void on_lost(Client& client, const std::string& reason) override;

private:
    const Author& author_;
    Coverage coverage_;
    std::string failure_;
    Client client_;
};

/// Polls until every joiner is done; false if that takes longer than the setting allows.
[[nodiscard]] bool wait_for(EventLoop& loop, const std::vector<std::unique_ptr<Joiner>>& joiners,
                            double seconds);

/// Joins once more and compares.
[[nodiscard]] bool reads_whole_document(EventLoop& loop, const Setting& setting,
                                        const Author& author);

}  // namespace weft::bench
