#include "listener.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <charconv>

namespace weft::ws {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr int accepted_at_once = 64;
constexpr auto retry_after = std::chrono::milliseconds(100);
constexpr auto quiet_for = std::chrono::minutes(1);

constexpr std::string_view turned_away = "HTTP/1.1 503 Service Unavailable\r\n"
                                         "content-length: 0\r\n"
                                         "retry-after: 5\r\n"
                                         "connection: close\r\n\r\n";

std::string text_of(const tcp::endpoint& endpoint) {
    const std::string address = endpoint.address().to_string();
    return (endpoint.address().is_v6() ? '[' + address + ']' : address) + ':' +
           std::to_string(endpoint.port());
}

bool comes_from_the_client(const error_code& error) {
    return error == asio::error::connection_aborted || error == asio::error::interrupted;
}

}  // namespace

Result<tcp::endpoint> parse_endpoint(std::string_view text) {
    const auto wrong = [&](std::string_view why) {
        return Error{
            Code::config,
            '"' + std::string(text) + "\" " + std::string(why) +
                "; write it as 127.0.0.1:8000 or [::1]:8000, or 0.0.0.0:8000 for every network"};
    };
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) {
        return wrong(colon == 0 ? "has no address" : "has no port");
    }
    std::string_view host = text.substr(0, colon);
    const std::string_view port = text.substr(colon + 1);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    }
    std::uint16_t number = 0;
    const auto [end, failure] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (failure != std::errc() || end != port.data() + port.size()) {
        return wrong("has no port between 0 and 65535");
    }
    error_code error;
    const auto address = asio::ip::make_address(
        host == "localhost" ? std::string("127.0.0.1") : std::string(host), error);
    if (error || address.is_v6() != bracketed) {
        return wrong("is no IP address and port");
    }
    return tcp::endpoint(address, number);
}

Listener::Listener(Shared& shared, std::vector<std::unique_ptr<IoThread>>& threads,
                   std::uint32_t socket_count_max)
    : shared_(shared), threads_(threads), socket_count_max_(socket_count_max),
      acceptor_(threads.front()->io()), retry_(threads.front()->io()) {}

Result<void> Listener::open(const tcp::endpoint& endpoint) {
    error_code error;
    const auto attempt = [&](auto&& step) {
        if (!error) {
            step();
        }
    };
    attempt([&] { acceptor_.open(endpoint.protocol(), error); });
    attempt([&] { acceptor_.set_option(tcp::acceptor::reuse_address(true), error); });
    // Linux gives these to every socket that is accepted: two system calls a connection less.
    attempt([&] { acceptor_.set_option(tcp::no_delay(true), error); });
    attempt([&] { acceptor_.set_option(tcp::socket::keep_alive(true), error); });
    attempt([&] { acceptor_.bind(endpoint, error); });
    attempt([&] { acceptor_.listen(tcp::acceptor::max_listen_connections, error); });
    attempt([&] { acceptor_.non_blocking(true, error); });
    attempt([&] { endpoint_ = acceptor_.local_endpoint(error); });
    if (error) {
        return explain(error, endpoint);
    }
    return {};
}

Error Listener::explain(const error_code& error, const tcp::endpoint& endpoint) const {
    std::string advice = error.message();
    if (error == asio::error::address_in_use) {
        advice =
            "is in use by another program: stop it, or choose another port (0 picks a free one)";
    } else if (error == asio::error::access_denied) {
        advice = "may not be used without privileges: choose a port from 1024 on";
    } else if (error.value() == EADDRNOTAVAIL) {
        advice = "is no address of this machine: choose one of its own, or 0.0.0.0 for all of them";
    }
    return {Code::config, shared_.host.where("listen") + ": " + text_of(endpoint) + ' ' + advice};
}

void Listener::start() {
    asio::post(acceptor_.get_executor(), [this] { wait(); });
}

void Listener::close() {
    asio::post(acceptor_.get_executor(), [this] {
        error_code ignored;
        acceptor_.close(ignored);
        retry_.cancel();
    });
}

void Listener::wait() {
    acceptor_.async_wait(Acceptor::wait_read, [this](const error_code& error) {
        if (!error) {
            accept_some();
        }
    });
}

void Listener::accept_some() {
    for (int i = 0; i < accepted_at_once; ++i) {
        IoThread& thread = *threads_[next_thread_];
        error_code error;
        Socket socket(thread.io());
        acceptor_.accept(socket, error);
        if (error == asio::error::would_block) {
            break;
        }
        if (comes_from_the_client(error)) {
            continue;
        }
        if (error) {
            return retry_later(error);
        }
        socket.non_blocking(true, error);
        if (shared_.sockets.load(std::memory_order_relaxed) >= socket_count_max_) {
            turn_away(std::move(socket));
            continue;
        }
        shared_.sockets.fetch_add(1, std::memory_order_relaxed);
        next_thread_ = (next_thread_ + 1) % threads_.size();
        thread.post(AdoptCommand{std::move(socket)});
    }
    wait();
}

// Said without waiting for a request: there is no room to remember that this client exists.
void Listener::turn_away(Socket socket) {
    error_code ignored;
    socket.write_some(asio::buffer(turned_away), ignored);
    socket.shutdown(Socket::shutdown_both, ignored);
}

// Out of descriptors or memory: those who wait to be accepted wait a little longer.
void Listener::retry_later(const error_code& error) {
    if (Clock::now() >= quiet_until_) {
        quiet_until_ = Clock::now() + quiet_for;
        shared_.host.log(LogLevel::warning,
                         "cannot accept connections for the moment: " + error.message() +
                             "; raise the limit of open files (ulimit -n)");
    }
    retry_.expires_after(retry_after);
    retry_.async_wait([this](const error_code& cancelled) {
        if (!cancelled && acceptor_.is_open()) {
            wait();
        }
    });
}

}  // namespace weft::ws
