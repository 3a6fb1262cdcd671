#include <fmt/format.h>

#include <memory>
#include <vector>

#include "histogram.hpp"
#include "scenarios.hpp"

namespace weft::bench {

namespace {

/// Opens connections that do nothing but sync, a bounded number of them on their way at a time, and keeps them open.
class Crowd final : public ClientListener {
public:
    Crowd(EventLoop& loop, const Setting& setting) : loop_(loop), setting_(setting) {}

    /// Opens `connections` more, spread over `documents` whose names start with `name`. False when that fails.
    bool open(std::uint32_t connections, std::uint32_t documents, const std::string& name,
              std::uint32_t at_once) {
        const auto wanted = clients_.size() + connections;
        const auto deadline = now_ns() + static_cast<std::int64_t>(setting_.timeout_seconds * 1e9);
        while (synced_ < wanted && failure_.empty()) {
            while (clients_.size() < wanted && clients_.size() < synced_ + at_once) {
                const auto number = static_cast<std::uint32_t>(clients_.size());
                const auto document =
                    documents == 1 ? name : name + "-" + std::to_string(number % documents);
                clients_.push_back(std::make_unique<Client>(loop_, setting_.target, document,
                                                            number, nullptr, *this));
            }
            loop_.poll(now_ns() + 10 * millisecond_ns);
            if (now_ns() > deadline) {
                failure_ = "no step 2 in time";
            }
        }
        return failure_.empty();
    }

    void on_step2(Client& client) override {
        ++synced_;
        took_.record(client.synced_ns() - client.opened_ns());
    }
    void on_lost(Client& /*client*/, const std::string& reason) override { failure_ = reason; }

    [[nodiscard]] const Histogram& took() const { return took_; }
    [[nodiscard]] const std::string& failure() const { return failure_; }

private:
    EventLoop& loop_;
    const Setting& setting_;
    std::vector<std::unique_ptr<Client>> clients_;
    std::size_t synced_ = 0;
    Histogram took_;
    std::string failure_;
};

double kibibytes_each(std::uint64_t before, std::uint64_t after, std::uint32_t count) {
    return count > 0 ? (static_cast<double>(after) - static_cast<double>(before)) / 1024 / count
                     : 0;
}

}  // namespace

Outcome run_connect(const Setting& setting, const ConnectOptions& options) {
    EventLoop loop;
    Crowd crowd(loop, setting);
    const auto cpu = setting.server.cpu_ns();
    const auto started = now_ns();
    const bool good =
        crowd.open(options.connections, options.documents, setting.document, options.at_once);
    const auto seconds = static_cast<double>(now_ns() - started) / 1e9;
    const auto rate = static_cast<double>(crowd.took().count()) / seconds;
    const auto cpu_us =
        static_cast<double>(setting.server.cpu_ns() - cpu) / 1e3 / options.connections;
    const auto p50_ms = static_cast<double>(crowd.took().quantile(0.5)) / 1e6;
    const auto p99_ms = static_cast<double>(crowd.took().quantile(0.99)) / 1e6;
    say(fmt::format("{} connections to {} documents, {} at a time: {:.0f} connects/s with sync, "
                    "p50 {:.2f}  p99 {:.2f} ms, server {:.0f} us each",
                    options.connections, options.documents, options.at_once, rate, p50_ms, p99_ms,
                    cpu_us));
    return {{{"connections", options.connections},
             {"documents", options.documents},
             {"connects_per_second", rate},
             {"p50_ms", p50_ms},
             {"p99_ms", p99_ms},
             {"server_cpu_us_per_connect", cpu_us},
             {"server_resident_bytes", setting.server.resident_bytes()}},
            good,
            crowd.failure()};
}

Outcome run_idle(const Setting& setting, const IdleOptions& options) {
    constexpr std::uint32_t at_once = 64;
    EventLoop loop;
    Crowd crowd(loop, setting);
    const auto empty = setting.server.settled_resident_bytes();
    bool good = crowd.open(options.connections, 1, setting.document, at_once);
    const auto connected = setting.server.settled_resident_bytes();
    good = good &&
           crowd.open(options.documents, options.documents, setting.document + "-empty", at_once);
    const auto with_documents = setting.server.settled_resident_bytes();
    const auto each_connection = kibibytes_each(empty, connected, options.connections);
    const auto each_document =
        kibibytes_each(connected, with_documents, options.documents) - each_connection;
    say(fmt::format("resident {:.1f} MB before; {:.1f} KiB an idle connection, {:.1f} KiB more an "
                    "empty document",
                    static_cast<double>(empty) / 1e6, each_connection, each_document));
    return {{{"resident_bytes_before", empty},
             {"kib_per_connection", each_connection},
             {"kib_per_document", each_document},
             {"server_resident_bytes", with_documents}},
            good,
            crowd.failure()};
}

}  // namespace weft::bench
