#include <fmt/format.h>

#include <stdexcept>

#include "joiner.hpp"
#include "scenarios.hpp"

namespace weft::bench {

namespace {

/// Counts the answers to our step 1s; the first one is the greeting.
class Asker final : public ClientListener {
public:
    void on_step2(Client& /*client*/) override { ++answers; }
    void on_lost(Client& /*client*/, const std::string& reason) override { failure = reason; }

    std::uint64_t answers = 0;
    std::string failure;
};

void wait_for_answers(EventLoop& loop, const Asker& asker, std::uint64_t wanted, double seconds) {
    const auto deadline = now_ns() + static_cast<std::int64_t>(seconds * 1e9);
    while (asker.answers < wanted) {
        if (!asker.failure.empty() || now_ns() > deadline) {
            throw std::runtime_error(
                asker.failure.empty() ? "the server did not answer step 1 in time" : asker.failure);
        }
        loop.poll(now_ns() + millisecond_ns);
    }
}

/// Types as fast as the server reads, then asks with a step 1 that already knows everything: the answer is a few bytes, and
/// it says that all before it has been applied (and, on a server that promises it, stored).
void type_all(EventLoop& loop, Client& client, const Author& author, std::uint64_t updates) {
    constexpr std::size_t unsent_max = 64 * 1024;
    constexpr std::uint64_t batch = 256;
    while (author.inserts() < updates && client.open()) {
        for (std::uint64_t at = 0; at < batch && author.inserts() < updates; ++at) {
            client.type(0);
        }
        client.flush();
        do {
            loop.poll(client.unsent_bytes() > unsent_max ? now_ns() + 10 * millisecond_ns : 0);
        } while (client.open() && client.unsent_bytes() > unsent_max);
    }
    if (client.open()) {
        Bytes everything{1};
        append_uint(everything, author.client());
        append_uint(everything, author.clock());
        client.ask(everything);
        client.flush();
    }
}

}  // namespace

Outcome run_ingest(const Setting& setting, const IngestOptions& options) {
    EventLoop loop;
    Asker asker;
    Author author(setting.seed * 0x9e3779b97f4a7c15U & 0xffffffff, options.characters);
    Client client(loop, setting.target, setting.document, 0, &author, asker);
    wait_for_answers(loop, asker, 1, setting.timeout_seconds);

    const auto server_cpu = setting.server.cpu_ns();
    const auto started = now_ns();
    type_all(loop, client, author, options.updates);
    wait_for_answers(loop, asker, asker.answers + 1, 10 * setting.timeout_seconds);
    auto complete = now_ns();
    // A server that dropped updates for want of room asks for them again by a step 1; until it has them it is not done.
    bool whole = reads_whole_document(loop, setting, author);
    while (!whole &&
           now_ns() < complete + static_cast<std::int64_t>(setting.timeout_seconds * 1e9)) {
        whole = reads_whole_document(loop, setting, author);
        complete = whole ? now_ns() : complete;
    }
    const auto seconds = static_cast<double>(complete - started) / 1e9;
    const auto rate = static_cast<double>(options.updates) / seconds;
    const auto cpu_us = static_cast<double>(setting.server.cpu_ns() - server_cpu) / 1e3;
    say(fmt::format(
        "{} updates in {:.2f} s: {:.0f} updates/s, server {:.2f} us each, a newcomer {}",
        options.updates, seconds, rate, cpu_us / static_cast<double>(options.updates),
        whole ? "has them all" : "LACKS SOME"));
    return {{{"updates", options.updates},
             {"seconds", seconds},
             {"updates_per_second", rate},
             {"server_cpu_us_per_update", cpu_us / static_cast<double>(options.updates)},
             {"server_resident_bytes", setting.server.resident_bytes()}},
            whole,
            whole ? "" : "a newcomer lacks updates that the server had taken"};
}

}  // namespace weft::bench
