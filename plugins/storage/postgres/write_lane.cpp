#include "write_lane.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace weft::postgres {

WriteLane::WriteLane(const LinkSettings& settings, Host& host, Outages& outages)
    : host_(host), outages_(outages), link_(settings, host, outages) {}

WriteLane::~WriteLane() {
    begin_stop();
    join(Link::Clock::now());
}

void WriteLane::start(Durability promised) {
    writer_.emplace(promised, host_, outages_.health());
    thread_.start("postgres-writer", [this] { run(); });
}

void WriteLane::post(std::vector<Write> writes) {
    {
        const std::lock_guard lock(mutex_);
        writes_.insert(writes_.end(), std::make_move_iterator(writes.begin()),
                       std::make_move_iterator(writes.end()));
    }
    arrived_.notify_one();
}

void WriteLane::begin_stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    arrived_.notify_one();
}

void WriteLane::join(Link::Clock::time_point patience) {
    thread_.join(patience);
}

void WriteLane::run() {
    while (take_arrived()) {
        step();
    }
}

/// Waits while there is nothing that could be done. False: stopping, and nothing is left.
bool WriteLane::take_arrived() {
    std::vector<Write> arrived;
    bool stopping = false;
    {
        std::unique_lock lock(mutex_);
        const auto something = [this] { return !writes_.empty() || stopping_; };
        if (queue_.empty() && doubts_.empty()) {
            arrived_.wait(lock, something);
        } else if (!link_.is_open()) {
            arrived_.wait_until(lock, link_.next_try(), something);
        }
        arrived.swap(writes_);
        stopping = stopping_;
    }
    for (Write& write : arrived) {
        queue_.push(std::move(write));
    }
    return !stopping || !queue_.empty() || !doubts_.empty();
}

void WriteLane::step() {
    const Result<Connection*> connection = link_.open();
    if (!connection) {
        refuse_waiting(connection.error());
        return;
    }
    if (!doubts_.empty()) {
        resolve_doubts(**connection);
        return;
    }
    std::vector<Write> batch = queue_.take_batch();
    writer_->commit(**connection, batch);
    link_.check();
    settle(std::move(batch));
}

/// Answers what has an outcome; keeps what is in doubt; what was not sent goes again.
void WriteLane::settle(std::vector<Write> batch) {
    for (auto write = batch.rbegin(); write != batch.rend(); ++write) {
        if (write->in_doubt) {
            doubts_.push_back(std::move(*write));
        } else if (!write->outcome) {
            queue_.put_back(std::move(*write));
        }
    }
    for (Write& write : batch) {
        if (write.outcome) {
            write.answer();
        }
    }
}

void WriteLane::resolve_doubts(Connection& connection) {
    const Result<void> resolved = writer_->resolve(connection, doubts_);
    if (!resolved) {
        link_.give_up(resolved.error());
        return;
    }
    settle(std::exchange(doubts_, {}));
}

/// What follows an append in doubt has to wait with it: appends complete in call order.
void WriteLane::refuse_waiting(const Error& error) {
    bool stopping = false;
    {
        const std::lock_guard lock(mutex_);
        stopping = stopping_;
    }
    if (stopping) {
        answer_all_that_is_left(error);
        return;
    }
    for (Write& write : queue_.take_all()) {
        if (is_in_doubt(write.document())) {
            queue_.push(std::move(write));
        } else {
            write.outcome = error;
            write.answer();
        }
    }
}

void WriteLane::answer_all_that_is_left(const Error& error) {
    for (Write& write : std::exchange(doubts_, {})) {
        write.outcome =
            Error{Code::timeout, "whether this append happened is unknown: " + error.message, 0};
        write.answer();
    }
    for (Write& write : queue_.take_all()) {
        write.outcome = error;
        write.answer();
    }
}

bool WriteLane::is_in_doubt(const std::string& document) const {
    return std::ranges::any_of(doubts_,
                               [&](const Write& write) { return write.document() == document; });
}

}  // namespace weft::postgres
