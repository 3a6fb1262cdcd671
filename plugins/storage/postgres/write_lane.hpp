// A thread that writes: its documents, its connection, and what becomes of both when the database goes away.
#pragma once

#include "link_thread.hpp"
#include "write_queue.hpp"
#include "writer.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

namespace weft::postgres {

/// Takes all that has gathered while the last statement was on its way into the next one. While the database is away, new
/// writes are `unavailable`, at once; appends that may have happened wait for it, and what became of them is looked up.
///
/// Threads   `post` and `begin_stop` from any; the rest from the owner.
class WriteLane {
public:
    WriteLane(const LinkSettings& settings, Host& host, Outages& outages);
    ~WriteLane();

    void start(Durability promised);
    void post(std::vector<Write> writes);

    /// What was posted is still written, if the database is there.
    void begin_stop();

    void join(Link::Clock::time_point patience);

private:
    void run();
    bool take_arrived();
    void step();
    void settle(std::vector<Write> batch);
    void resolve_doubts(Connection& connection);
    void refuse_waiting(const Error& error);
    void answer_all_that_is_left(const Error& error);
    bool is_in_doubt(const std::string& document) const;

    Host& host_;
    Outages& outages_;

    // Belongs to the thread.
    Link link_;
    std::optional<Writer> writer_;
    WriteQueue queue_;
    std::vector<Write> doubts_;

    // Guarded by `mutex_`.
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<Write> writes_;
    bool stopping_ = false;

    LinkThread thread_{link_};
};

}  // namespace weft::postgres
