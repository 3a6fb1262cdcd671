// A thread that waits for a database, and can be made to stop waiting.
#pragma once

#include "link.hpp"

#include <functional>
#include <future>
#include <thread>

namespace weft::postgres {

/// Used by its owner, who joins before the end.
class LinkThread {
public:
    explicit LinkThread(Link& link) : link_(link) {}
    ~LinkThread() { join(Link::Clock::now()); }

    /// `name` as profilers and `top -H` show it; 15 characters at the most.
    void start(const char* name, std::function<void()> run);

    /// Waits for the end. Whatever still asks the database at `patience` is cut off.
    void join(Link::Clock::time_point patience);

private:
    Link& link_;
    std::future<void> ended_;
    std::thread thread_;
};

}  // namespace weft::postgres
