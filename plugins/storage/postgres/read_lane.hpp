// Threads that read, a connection each, from one line of calls.
#pragma once

#include "link_thread.hpp"
#include "reader.hpp"

#include <weft/function.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

namespace weft::postgres {

using Reading = UniqueFunction<void(Link&)>;

/// The line that all read lanes serve.
///
/// Threads   Any.
class ReadLine {
public:
    void post(Reading reading);

    /// Waits for the next. False: stopping, and none is left.
    bool take(Reading& reading);
    void begin_stop();

private:
    std::mutex mutex_;
    std::condition_variable arrived_;
    // Guarded by `mutex_`.
    std::deque<Reading> readings_;
    bool stopping_ = false;
};

/// Used by its owner. Ends when its line stops.
class ReadLane {
public:
    ReadLane(ReadLine& line, const LinkSettings& settings, Host& host, Outages& outages);

    void start();
    void join(Link::Clock::time_point patience) { thread_.join(patience); }

private:
    ReadLine& line_;
    Link link_;  // belongs to the thread
    LinkThread thread_{link_};
};

/// Asks `call(Reader&)`, and once more on a new connection if the first one had ended: to read twice changes nothing.
template <class T, class Call>
Result<T> read_on(Link& link, Call&& call) {
    for (int attempt = 1;; ++attempt) {
        const Result<Connection*> connection = link.open();
        if (!connection) {
            return connection.error();
        }
        Reader reader(**connection);
        Result<T> result = call(reader);
        link.check();
        if (result || link.is_open() || attempt == 2) {
            return result;
        }
    }
}

}  // namespace weft::postgres
