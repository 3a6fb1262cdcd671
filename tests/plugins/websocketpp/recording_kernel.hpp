// What a transport tells its kernel, kept for the test to look at.
#pragma once

#include <weft/host.hpp>
#include <weft/transport.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace weft::test {

class QuietHost final : public Host {
public:
    void log(LogLevel, std::string_view text) override {
        const std::lock_guard lock(mutex_);
        lines_.emplace_back(text);
    }
    std::string where(std::string_view option) const override {
        return "transports.0." + std::string(option) + " (weft.yaml:7:5)";
    }
    std::int64_t unix_ms() const override { return 1'700'000'000'000; }
    std::int64_t monotonic_ns() const override { return 0; }
    std::uint64_t random() override { return 4; }
    MetricId define_metric(MetricKind, std::string_view, std::string_view) override { return {}; }
    void record(MetricId, double) override {}

    std::vector<std::string> lines() const {
        const std::lock_guard lock(mutex_);
        return lines_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
};

struct Ending {
    std::uint16_t code = 0;
    std::string reason;
    std::size_t messages_before = 0;
};

/// Answers every upgrade with `open_answer` and every request by `on_request`, both if they are set.
class RecordingKernel final : public TransportEvents {
public:
    // Set before the transport starts; called on its threads.
    std::function<OpenAnswer(const OpenRequest&)> open_answer;
    std::function<void(HttpRequest)> on_request;
    std::function<void(std::span<IncomingMessage>)> on_batch;

    OpenAnswer on_open(const OpenRequest& request) override {
        OpenAnswer answer = open_answer ? open_answer(request) : OpenAnswer{};
        if (answer.status == 101) {
            note([&] { opened_.push_back(request.id); });
        }
        return answer;
    }

    void on_messages(std::span<IncomingMessage> messages) override {
        if (on_batch) {
            on_batch(messages);
        }
        note([&] {
            batches_.push_back(messages.size());
            for (const auto& message : messages) {
                messages_[message.connection.id].emplace_back(as_text(message.payload.view()));
                tags_[message.connection.id] = message.connection.tag;
            }
        });
    }

    void on_writable(std::span<const ConnectionRef> connections) override {
        note([&] {
            for (const auto& connection : connections) {
                writable_.push_back(connection.id);
            }
        });
    }

    void on_close(ConnectionRef connection, std::uint16_t code, std::string_view reason) override {
        note([&] {
            endings_[connection.id].push_back(
                {code, std::string(reason), messages_[connection.id].size()});
        });
    }

    void on_http(HttpRequest request) override {
        if (on_request) {
            on_request(std::move(request));
        } else {
            note([&] { requests_.push_back(std::move(request)); });
        }
    }

    /// Waits until `condition` holds; it is called under the lock.
    template <class Condition>
    void wait_until(Condition condition) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, std::chrono::seconds(10), condition)) {
            throw std::runtime_error("nothing came within ten seconds");
        }
    }

    /// The id of the nth connection that was opened.
    ConnectionId opened(std::size_t index) {
        wait_until([&] { return opened_.size() > index; });
        const std::lock_guard lock(mutex_);
        return opened_[index];
    }
    std::vector<ConnectionId> all_opened(std::size_t count) {
        wait_until([&] { return opened_.size() >= count; });
        const std::lock_guard lock(mutex_);
        return opened_;
    }
    std::vector<std::string> messages(ConnectionId id, std::size_t count) {
        wait_until([&] { return messages_[id].size() >= count; });
        const std::lock_guard lock(mutex_);
        return messages_[id];
    }
    Ending ending(ConnectionId id) {
        wait_until([&] { return !endings_[id].empty(); });
        const std::lock_guard lock(mutex_);
        return endings_[id].front();
    }
    std::size_t ending_count(ConnectionId id) {
        const std::lock_guard lock(mutex_);
        return endings_[id].size();
    }
    std::size_t ended_count() {
        const std::lock_guard lock(mutex_);
        return endings_.size();
    }
    std::size_t batch_count() {
        const std::lock_guard lock(mutex_);
        return batches_.size();
    }
    std::uint64_t tag(ConnectionId id) {
        const std::lock_guard lock(mutex_);
        return tags_[id];
    }
    std::size_t writable_count(ConnectionId id) {
        const std::lock_guard lock(mutex_);
        return static_cast<std::size_t>(std::count(writable_.begin(), writable_.end(), id));
    }
    void wait_until_writable(ConnectionId id) {
        wait_until([&] { return std::count(writable_.begin(), writable_.end(), id) > 0; });
    }
    /// Some connection has sent this.
    void wait_until_received(std::string_view text) {
        wait_until([&] {
            return std::any_of(messages_.begin(), messages_.end(), [&](const auto& of_connection) {
                const auto& list = of_connection.second;
                return std::find(list.begin(), list.end(), text) != list.end();
            });
        });
    }
    void wait_until_ended(std::size_t count) {
        wait_until([&] { return endings_.size() >= count; });
    }
    HttpRequest take_request(std::size_t index = 0) {
        wait_until([&] { return requests_.size() > index; });
        const std::lock_guard lock(mutex_);
        return std::move(requests_[index]);
    }

private:
    template <class Change>
    void note(Change change) {
        const std::lock_guard lock(mutex_);
        change();
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<ConnectionId> opened_;
    std::map<ConnectionId, std::vector<std::string>> messages_;
    std::map<ConnectionId, std::vector<Ending>> endings_;
    std::map<ConnectionId, std::uint64_t> tags_;
    std::vector<std::size_t> batches_;
    std::vector<ConnectionId> writable_;
    std::vector<HttpRequest> requests_;
};

}  // namespace weft::test
