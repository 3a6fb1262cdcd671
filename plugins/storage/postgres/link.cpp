#include "link.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace weft::postgres {
namespace {

constexpr auto delay_min = std::chrono::milliseconds(50);
constexpr auto delay_max = std::chrono::milliseconds(1000);

constexpr Statement terminate_backend{
    "terminate_backend",
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
    "WHERE pid = $1::integer AND backend_start = $2::timestamptz AND pid <> pg_backend_pid()"};

std::string session_settings(std::chrono::milliseconds statement_timeout) {
    const std::string timeout = std::to_string(statement_timeout.count());
    return "SET statement_timeout = " + timeout + "; SET lock_timeout = " + timeout +
           "; SET idle_in_transaction_session_timeout = " + timeout +
           "; SET bytea_output = hex; SET TimeZone = 'UTC'; SET DateStyle = ISO"
           "; SET client_min_messages = error";
}

/// What is sent then would only be in doubt.
bool server_has_closed(int socket) {
    pollfd polled{socket, POLLRDHUP, 0};
    return poll(&polled, 1, 0) > 0;
}

}  // namespace

Outages::Outages(Host& host)
    : host_(host), connections_(host.define_metric(MetricKind::gauge, "storage_connections",
                                                   "Connections to PostgreSQL that are open")),
      health_(host) {}

void Outages::lost(const std::string& shown, const Error& why) {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(down_, true)) {
        health_.failed("no connection to " + shown + ": " + why.message);
        host_.log(LogLevel::warning, "no connection to " + shown + ": " + why.message +
                                         "; trying again at least once a second");
    }
}

void Outages::restored(const std::string& shown) {
    const std::lock_guard lock(mutex_);
    if (std::exchange(down_, false)) {
        health_.worked();
        host_.log(LogLevel::info, "connected to " + shown + " again");
    }
}

void Outages::opened() {
    const std::lock_guard lock(mutex_);
    host_.record(connections_, ++open_);
}

void Outages::closed() {
    const std::lock_guard lock(mutex_);
    host_.record(connections_, --open_);
}

Link::Link(const LinkSettings& settings, Host& host, Outages& outages)
    : settings_(settings), host_(host), outages_(outages) {}

Link::~Link() {
    close();
}

Result<Connection*> Link::open() {
    if (connection_ && server_has_closed(connection_->socket())) {
        lose();
    }
    if (connection_) {
        return &*connection_;
    }
    if (is_interrupted()) {
        return Error{Code::unavailable, "stopped before PostgreSQL has answered", 0};
    }
    if (Clock::now() < next_try_) {
        return reason_;
    }
    Result<Connection> connected = connect();
    if (!connected) {
        give_up(connected.error());
        return reason_;
    }
    connection_ = *std::move(connected);
    outages_.opened();
    outages_.restored(settings_.address.shown);
    told_ = false;
    return &*connection_;
}

Result<Connection> Link::connect() {
    Result<Connection> connection = Connection::open(settings_.address.parameters);
    if (!connection) {
        return connection;
    }
    set_socket(connection->socket());
    if (const Result<void> ready = make_ready(*connection); !ready) {
        set_socket(-1);
        return ready.error();
    }
    return connection;
}

Result<void> Link::make_ready(Connection& connection) {
    const Result<Rows> set = connection.execute(session_settings(settings_.statement_timeout));
    if (!set) {
        return set.error();
    }
    const Result<ServerPromise> promise = promise_of(connection);
    if (!promise) {
        return promise.error();
    }
    if (promise->durability < settings_.needed) {
        return Error{Code::unavailable,
                     "the server promises less than at the start: " + promise->because, 0};
    }
    if (Result<void> ended = end_former_backend(connection); !ended) {
        return ended;
    }
    return remember_backend(connection);
}

/// A backend does not notice at once that its client has gone: it may still be about to commit.
Result<void> Link::end_former_backend(Connection& connection) {
    if (backend_pid_.empty()) {
        return {};
    }
    const Result<Rows> ended = connection.run(terminate_backend, {backend_pid_, backend_start_});
    if (!ended) {
        return ended.error();
    }
    if (ended->count() > 0 && !ended->boolean(0, 0)) {
        return Error{Code::unavailable,
                     "the backend " + backend_pid_ + " of the connection before does not end", 0};
    }
    return {};
}

Result<void> Link::remember_backend(Connection& connection) {
    const Result<Rows> backend = connection.execute(
        "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()");
    if (!backend) {
        return backend.error();
    }
    backend_pid_ = backend->text(0, 0);
    backend_start_ = backend->text(0, 1);
    return {};
}

void Link::check() {
    if (connection_ && !connection_->is_open()) {
        lose();
    }
}

/// The first reconnect is at once; who loses one connection after the other waits in between.
void Link::lose() {
    const auto now = Clock::now();
    if (now - std::exchange(lost_at_, now) < delay_max) {
        give_up({Code::unavailable, "connections are lost as soon as they are there", 0});
        return;
    }
    close();
    delay_ = {};
    next_try_ = {};
}

void Link::give_up(const Error& why) {
    close();
    if (!std::exchange(told_, true)) {
        outages_.lost(settings_.address.shown, why);
    }
    reason_ = {Code::unavailable, "no connection to PostgreSQL: " + why.message, 0};
    delay_ = std::clamp<Clock::duration>(delay_ * 2, delay_min, delay_max);
    // Between half of it and all, so that many links do not come at the same moment.
    const auto part = std::chrono::nanoseconds(delay_).count() / 2;
    const auto more = host_.random() % static_cast<std::uint64_t>(part);
    next_try_ = Clock::now() + std::chrono::nanoseconds(part + static_cast<std::int64_t>(more));
}

void Link::close() {
    set_socket(-1);
    if (connection_) {
        connection_.reset();
        outages_.closed();
    }
}

void Link::set_socket(int socket) {
    const std::lock_guard lock(mutex_);
    socket_ = socket;
    if (interrupted_ && socket_ >= 0) {
        shutdown(socket_, SHUT_RDWR);
    }
}

bool Link::is_interrupted() {
    const std::lock_guard lock(mutex_);
    return interrupted_;
}

void Link::interrupt() {
    const std::lock_guard lock(mutex_);
    interrupted_ = true;
    if (socket_ >= 0) {
        shutdown(socket_, SHUT_RDWR);
    }
}

}  // namespace weft::postgres
