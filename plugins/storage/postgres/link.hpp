// A connection that comes back: what each thread of the store holds.
#pragma once

#include "address.hpp"
#include "connection.hpp"
#include "server_promise.hpp"

#include <weft/host.hpp>
#include <weft/storage_health.hpp>

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

namespace weft::postgres {

struct LinkSettings {
    Address address;
    std::chrono::milliseconds statement_timeout{30'000};
    /// What this store has promised: a server that promises less is not written to.
    Durability needed = Durability::memory;
};

/// Tells once that the database is away and once that it is back, however many links notice.
///
/// Threads   Any.
class Outages {
public:
    explicit Outages(Host& host);
    void lost(const std::string& shown, const Error& why);
    void restored(const std::string& shown);
    void opened();
    void closed();

    /// Down while the database is away, or answers that it cannot write.
    StorageHealth& health() { return health_; }
    const StorageHealth& health() const { return health_; }

private:
    Host& host_;
    MetricId connections_;
    StorageHealth health_;

    std::mutex mutex_;
    // Guarded by `mutex_`.
    bool down_ = false;
    int open_ = 0;
};

/// Belongs to one thread, except `interrupt`.
class Link {
public:
    using Clock = std::chrono::steady_clock;

    Link(const LinkSettings& settings, Host& host, Outages& outages);
    ~Link();

    /// The open connection, if the server has not closed it meanwhile. Where there is none it connects, blocking, if the back-off allows it; else says why there is
    /// none. Before the connection is given, the backend of the one before it has ended: nothing that was asked there
    /// happens from then on.
    Result<Connection*> open();

    /// After a call failed: closes the connection if it has ended.
    void check();

    /// Gives up a connection that is of no use, and waits before the next.
    void give_up(const Error& why);

    /// When `open` will connect next, if there is no connection.
    Clock::time_point next_try() const { return next_try_; }
    bool is_open() const { return connection_.has_value(); }

    /// Ends a call that blocks: it fails as if the connection were lost, and there is no other. [any]
    void interrupt();

private:
    Result<Connection> connect();
    Result<void> make_ready(Connection& connection);
    Result<void> end_former_backend(Connection& connection);
    Result<void> remember_backend(Connection& connection);
    void lose();
    void set_socket(int socket);
    bool is_interrupted();
    void close();

    const LinkSettings& settings_;
    Host& host_;
    Outages& outages_;
    std::optional<Connection> connection_;
    bool told_ = false;  // that this one is down
    Error reason_;
    Clock::duration delay_{};
    Clock::time_point next_try_{};
    Clock::time_point lost_at_{};

    // Of the connection before: its process and when that began, which together are never reused.
    std::string backend_pid_;
    std::string backend_start_;

    std::mutex mutex_;
    // Guarded by `mutex_`.
    int socket_ = -1;
    bool interrupted_ = false;
};

}  // namespace weft::postgres
