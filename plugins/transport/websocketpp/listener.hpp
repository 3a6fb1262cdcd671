#pragma once

#include "io_thread.hpp"

#include <weft/result.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weft::ws {

/// "127.0.0.1:8000", "[::1]:8000". The error says what is wrong, without where it was written.
Result<boost::asio::ip::tcp::endpoint> parse_endpoint(std::string_view text);

/// Accepts connections and hands them to the I/O threads in turn. It lives on the first of them.
class Listener {
public:
    Listener(Shared& shared, std::vector<std::unique_ptr<IoThread>>& threads,
             std::uint32_t socket_count_max);

    /// Binds and listens. The error is one line that names the option and what to do. [main]
    Result<void> open(const boost::asio::ip::tcp::endpoint& endpoint);

    /// Begins to accept; the I/O threads run. [main]
    void start();

    /// Accepts nothing more from now on. [any]
    void close();

    boost::asio::ip::tcp::endpoint endpoint() const { return endpoint_; }

private:
    using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp,
                                                        boost::asio::io_context::executor_type>;

    Error explain(const boost::system::error_code& error,
                  const boost::asio::ip::tcp::endpoint& endpoint) const;
    void wait();
    void accept_some();
    void turn_away(Socket socket);
    void retry_later(const boost::system::error_code& error);

    Shared& shared_;
    std::vector<std::unique_ptr<IoThread>>& threads_;
    const std::uint32_t socket_count_max_;
    boost::asio::ip::tcp::endpoint endpoint_;

    // Belongs to the first I/O thread.
    Acceptor acceptor_;
    boost::asio::steady_timer retry_;
    std::size_t next_thread_ = 0;
    Clock::time_point quiet_until_;
};

}  // namespace weft::ws
