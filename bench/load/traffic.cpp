#include "traffic.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "update_reader.hpp"

namespace weft::bench {

namespace {

std::int64_t to_ns(double seconds) {
    return static_cast<std::int64_t>(seconds * static_cast<double>(second_ns));
}

double ratio(double part, double whole) {
    return whole > 0 ? part / whole : 0;
}

}  // namespace

Traffic::Traffic(EventLoop& loop, const Target& target, const TrafficShape& shape,
                 const std::string& document, std::uint64_t seed)
    : loop_(loop), target_(target), shape_(shape) {
    std::mt19937_64 random(seed);
    for (std::uint32_t at = 0; at < shape_.documents; ++at) {
        auto& made = documents_.emplace_back();
        made.name = shape_.documents == 1 ? document : document + "-" + std::to_string(at);
        for (std::uint32_t writer = 0; writer < shape_.writers; ++writer) {
            made.authors.push_back(
                std::make_unique<Author>(random() & 0xffffffff, shape_.characters));
        }
    }
}

void Traffic::open(double timeout_seconds) {
    constexpr std::size_t at_once = 128;
    const auto wanted = std::size_t{shape_.documents} * shape_.clients_per_document();
    const auto deadline = now_ns() + to_ns(timeout_seconds);
    places_.resize(wanted);
    std::size_t synced = 0;
    while (synced < wanted) {
        while (clients_.size() < wanted && clients_.size() < synced + at_once) {
            const auto number = static_cast<std::uint32_t>(clients_.size());
            const auto index = number / shape_.clients_per_document();
            const auto seat = number % shape_.clients_per_document();
            auto& document = documents_[index];
            places_[number] = {index, std::vector<Coverage>(shape_.writers)};
            auto* author = seat < shape_.writers ? document.authors[seat].get() : nullptr;
            clients_.push_back(
                std::make_unique<Client>(loop_, target_, document.name, number, author, *this));
            if (author != nullptr) {
                writers_.push_back(clients_.back().get());
            }
        }
        loop_.poll(now_ns() + 100 * millisecond_ns);
        while (synced < clients_.size() && clients_[synced]->synced()) {
            ++synced;
        }
        if (!first_failure_.empty() || now_ns() > deadline) {
            const auto reason = first_failure_.empty() ? "no step 2 in time" : first_failure_;
            throw std::runtime_error("only " + std::to_string(synced) + " of " +
                                     std::to_string(wanted) + " connections synced: " + reason);
        }
    }
    // Round robin over documents first, then over the writers of each.
    std::stable_sort(writers_.begin(), writers_.end(),
                     [&](const Client* left, const Client* right) {
                         return left->number() % shape_.clients_per_document() <
                                right->number() % shape_.clients_per_document();
                     });
}

StepResult Traffic::run(const StepPlan& plan, const ProcessMeter& server) {
    for (auto& document : documents_) {
        for (auto& author : document.authors) {
            author->forget_times();
        }
    }
    latency_.clear();
    late_ = 0;
    late_ns_ = plan.late_ns > 0 ? plan.late_ns : std::numeric_limits<std::int64_t>::max();
    const auto start_ns = now_ns() + millisecond_ns;
    measured_from_ns_ = start_ns + to_ns(plan.warm_up_seconds);
    const auto end_ns = measured_from_ns_ + to_ns(plan.seconds);
    const auto planned = plan.updates_per_second * plan.seconds * shape_.deliveries_per_update();
    const auto late_limit = static_cast<std::int64_t>(planned / 100) + 1;

    type_until(plan.updates_per_second, start_ns, measured_from_ns_, late_limit);
    const auto updates = updates_;
    const auto deliveries = checks_.deliveries;
    const auto frames = frames_received();
    const auto server_cpu = server.cpu_ns();
    const auto own_cpu = own_cpu_ns();
    type_until(plan.updates_per_second, measured_from_ns_, end_ns, late_limit);
    const auto typed_ns = now_ns();
    const auto typing_seconds = static_cast<double>(typed_ns - measured_from_ns_) / 1e9;
    const auto typing_server_cpu = static_cast<double>(server.cpu_ns() - server_cpu);
    const auto typing_own_cpu = static_cast<double>(own_cpu_ns() - own_cpu);

    StepResult result;
    result.stopped_early = late_ >= static_cast<std::uint64_t>(late_limit);
    result.drained = drain(plan.drain_seconds);
    result.seconds = static_cast<double>(now_ns() - measured_from_ns_) / 1e9;
    result.updates = updates_ - updates;
    result.deliveries = checks_.deliveries - deliveries;
    result.frames = frames_received() - frames;
    result.delivered_per_second = static_cast<double>(result.deliveries) / result.seconds;
    result.updates_per_second = plan.updates_per_second;
    result.deliveries_per_second = plan.updates_per_second * shape_.deliveries_per_update();
    result.p50_ms = to_ms(latency_.quantile(0.5));
    result.p90_ms = to_ms(latency_.quantile(0.9));
    result.p99_ms = to_ms(latency_.quantile(0.99));
    result.max_ms = to_ms(latency_.max());
    const auto server_us = static_cast<double>(server.cpu_ns() - server_cpu) / 1e3;
    result.server_cpu_us_per_update = ratio(server_us, static_cast<double>(result.updates));
    result.server_cpu_us_per_delivery = ratio(server_us, static_cast<double>(result.deliveries));
    result.server_cpu_share = ratio(typing_server_cpu / 1e9, typing_seconds);
    result.generator_cpu_share = ratio(typing_own_cpu / 1e9, typing_seconds);
    return result;
}

void Traffic::type_until(double rate, std::int64_t start_ns, std::int64_t end_ns,
                         std::int64_t late_limit) {
    const auto interval_ns = 1e9 / rate;
    const auto due = [&](std::uint64_t update) {
        return start_ns + static_cast<std::int64_t>(static_cast<double>(update) * interval_ns);
    };
    std::uint64_t typed = 0;
    while (due(typed) < end_ns && late_ < static_cast<std::uint64_t>(late_limit)) {
        const auto now = now_ns();
        for (; due(typed) <= now && due(typed) < end_ns; ++typed) {
            auto& writer = *writers_[next_writer_];
            next_writer_ = (next_writer_ + 1) % writers_.size();
            if (!writer.open()) {
                continue;
            }
            if (writer.unsent_bytes() == 0) {
                unflushed_.push_back(&writer);
            }
            writer.type(due(typed));
            ++updates_;
            expected_ += shape_.deliveries_per_update();
        }
        for (auto* writer : unflushed_) {
            if (writer->open()) {
                writer->flush();
            }
        }
        unflushed_.clear();
        loop_.poll(std::min(due(typed), end_ns));
    }
}

bool Traffic::drain(double seconds) {
    const auto deadline = now_ns() + to_ns(seconds);
    while (outstanding() > 0 && checks_.lost_connections == 0 && now_ns() < deadline) {
        loop_.poll(now_ns() + 10 * millisecond_ns);
    }
    return outstanding() == 0;
}

void Traffic::on_update(Client& client, BytesView update, std::int64_t arrived_ns) {
    auto& place = places_[client.number()];
    const bool whole =
        read_update(update, [&](const Run& run) { receive_run(client, place, run, arrived_ns); });
    checks_.undecodable += whole ? 0 : 1;
}

void Traffic::receive_run(Client& client, Place& place, const Run& run, std::int64_t arrived_ns) {
    auto& authors = documents_[place.document].authors;
    const auto found = std::find_if(authors.begin(), authors.end(), [&](const auto& author) {
        return author->client() == run.client;
    });
    if (found == authors.end()) {
        ++checks_.foreign;
        return;
    }
    const auto& author = **found;
    // Nobody deletes, so a run without text is wrong too.
    if (run.text.empty() || !author.typed(run.clock, run.text)) {
        ++checks_.wrong_text;
    }
    if (client.author() == &author) {
        return;
    }
    auto& coverage = place.coverage[static_cast<std::size_t>(found - authors.begin())];
    checks_.out_of_order += run.clock > coverage.contiguous() ? 1 : 0;
    checks_.repeated += coverage.add({run.clock, run.clock + run.length},
                                     [&](ClockRange range) { record(author, range, arrived_ns); });
}

// An insert has arrived when its last character has.
void Traffic::record(const Author& author, ClockRange range, std::int64_t arrived_ns) {
    const auto last = std::min(range.to, author.clock()) / author.characters_per_insert();
    for (auto insert = range.from / author.characters_per_insert(); insert < last; ++insert) {
        ++checks_.deliveries;
        const auto due_ns = author.due_ns(insert);
        if (due_ns >= measured_from_ns_) {
            const auto took = arrived_ns - due_ns;
            latency_.record(took);
            late_ += took > late_ns_ ? 1 : 0;
        }
    }
}

void Traffic::on_lost(Client& client, const std::string& reason) {
    ++checks_.lost_connections;
    if (first_failure_.empty()) {
        first_failure_ = "client " + std::to_string(client.number()) + ": " + reason;
    }
}

std::uint64_t Traffic::frames_received() const {
    std::uint64_t frames = 0;
    for (const auto& client : clients_) {
        frames += client->frames_received();
    }
    return frames;
}

Checks Traffic::checks() const {
    auto checks = checks_;
    for (const auto& client : clients_) {
        const auto& place = places_[client->number()];
        const auto& authors = documents_[place.document].authors;
        for (std::size_t at = 0; at < authors.size(); ++at) {
            if (authors[at].get() != client->author()) {
                const auto clocks = place.coverage[at].missing_below(authors[at]->clock());
                checks.missing += (clocks + shape_.characters - 1) / shape_.characters;
            }
        }
    }
    return checks;
}

}  // namespace weft::bench
