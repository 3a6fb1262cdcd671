#include "cutting_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace weft::postgres {
namespace {

constexpr int patience_ms = 20;  // between two looks at whether it should stop

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

bool pass(int from, int to, std::array<char, 65536>& buffer) {
    const ssize_t size = recv(from, buffer.data(), buffer.size(), 0);
    for (ssize_t sent = 0; sent < size;) {
        const ssize_t now =
            send(to, buffer.data() + sent, static_cast<std::size_t>(size - sent), MSG_NOSIGNAL);
        if (now <= 0) {
            return false;
        }
        sent += now;
    }
    return size > 0;
}

}  // namespace

CuttingProxy::CuttingProxy(int server_port) : server_port_(server_port) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(listener_, 16) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error("no port for the proxy");
    }
    port_ = ntohs(address.sin_port);
    taker_ = std::thread([this] { take_connections(); });
}

CuttingProxy::~CuttingProxy() {
    stopping_ = true;
    taker_.join();
    for (std::thread& carrier : carriers_) {
        carrier.join();
    }
    close(listener_);
}

void CuttingProxy::take_connections() {
    while (!stopping_) {
        pollfd waiting{listener_, POLLIN, 0};
        if (poll(&waiting, 1, patience_ms) > 0) {
            const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            const std::lock_guard lock(mutex_);
            carriers_.emplace_back([this, client] { carry(client); });
        }
    }
}

void CuttingProxy::carry(int client) {
    const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(server_port_);
    bool goes_on =
        connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    std::array<char, 65536> buffer;
    while (goes_on && !stopping_) {
        std::array<pollfd, 2> waiting{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
        if (poll(waiting.data(), waiting.size(), patience_ms) <= 0) {
            continue;
        }
        if (waiting[0].revents != 0) {
            goes_on = carry_request(client, server);
        }
        if (goes_on && waiting[1].revents != 0) {
            goes_on = pass(server, client, buffer);
        }
    }
    close(client);
    // Without a reset: what the server was sent it still reads.
    shutdown(server, SHUT_WR);
    while (recv(server, buffer.data(), buffer.size(), 0) > 0) {}
    close(server);
}

bool CuttingProxy::carry_request(int client, int server) {
    if (is_cut_here()) {
        return false;
    }
    std::array<char, 65536> buffer;
    return pass(client, server, buffer) && !is_cut_here();
}

/// False once it has cut.
bool CuttingProxy::is_cut_here() {
    return steps_left_ > 0 && --steps_left_ == 0;
}

}  // namespace weft::postgres
