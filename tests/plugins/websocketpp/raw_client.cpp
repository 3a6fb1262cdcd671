#include "raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace weft::test {

namespace {

constexpr int patience_ms = 10'000;

void wait_for(int socket, short what) {
    pollfd waited{socket, what, 0};
    if (::poll(&waited, 1, patience_ms) != 1) {
        throw std::runtime_error("the server did not answer within ten seconds");
    }
}

std::string big_endian(std::uint64_t value, int bytes) {
    std::string text;
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
        text.push_back(static_cast<char>(value >> shift));
    }
    return text;
}

std::uint64_t read_big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char byte : bytes) {
        value = value << 8 | static_cast<unsigned char>(byte);
    }
    return value;
}

}  // namespace

std::uint16_t ReceivedFrame::close_code() const {
    return payload.size() < 2 ? std::uint16_t{0}
                              : static_cast<std::uint16_t>(read_big_endian(payload.substr(0, 2)));
}

std::string ReceivedFrame::close_reason() const {
    return payload.size() < 2 ? "" : payload.substr(2);
}

std::string ReceivedResponse::header(std::string_view name) const {
    const std::string line = "\r\n" + std::string(name) + ": ";
    const auto begin = head.find(line);
    if (begin == std::string::npos) {
        return "";
    }
    const auto value = begin + line.size();
    return head.substr(value, head.find("\r\n", value) - value);
}

std::string encode_frame(Opcode opcode, std::string_view payload, FrameShape shape) {
    const std::uint64_t size = shape.claimed_size.value_or(payload.size());
    const int mask_bit = shape.masked ? 0x80 : 0;
    std::string frame;
    frame.push_back(
        static_cast<char>((shape.fin ? 0x80 : 0) | shape.reserved_bits | static_cast<int>(opcode)));
    if (size < 126) {
        frame.push_back(static_cast<char>(mask_bit | static_cast<int>(size)));
    } else if (size <= 0xFFFF) {
        frame.push_back(static_cast<char>(mask_bit | 126));
        frame += big_endian(size, 2);
    } else {
        frame.push_back(static_cast<char>(mask_bit | 127));
        frame += big_endian(size, 8);
    }
    constexpr std::string_view key = "\x1f\xa3\x07\x42";
    if (shape.masked) {
        frame += key;
    }
    for (std::size_t i = 0; i < payload.size(); ++i) {
        frame.push_back(static_cast<char>(shape.masked ? payload[i] ^ key[i % 4] : payload[i]));
    }
    return frame;
}

std::string upgrade_request(std::string_view target, std::string_view extra_headers) {
    return "GET " + std::string(target) +
           " HTTP/1.1\r\n"
           "Host: localhost\r\n"
           "Connection: keep-alive, Upgrade\r\n"
           "Upgrade: websocket\r\n"
           "Sec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           std::string(extra_headers) + "\r\n";
}

RawClient::RawClient(std::uint16_t port, int receive_buffer)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer > 0) {
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(socket_);
        throw std::runtime_error(std::string("connect: ") + std::strerror(errno));
    }
}

RawClient::RawClient(RawClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), input_(std::move(other.input_)) {}

RawClient::~RawClient() {
    if (socket_ >= 0) {
        ::close(socket_);
    }
}

RawClient RawClient::websocket(std::uint16_t port, std::string_view target) {
    RawClient client(port);
    client.upgrade(target);
    return client;
}

void RawClient::upgrade(std::string_view target) {
    write(upgrade_request(target));
    const auto response = read_response(true);
    if (response.status != 101) {
        throw std::runtime_error("the upgrade was refused: " + response.head);
    }
}

bool RawClient::try_write(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void RawClient::write(std::string_view bytes) {
    if (!try_write(bytes)) {
        throw std::runtime_error(std::string("send: ") + std::strerror(errno));
    }
}

std::size_t RawClient::read_more() {
    wait_for(socket_, POLLIN);
    char bytes[65536];
    const ssize_t size = ::recv(socket_, bytes, sizeof bytes, 0);
    if (size <= 0) {
        return 0;
    }
    input_.append(bytes, static_cast<std::size_t>(size));
    return static_cast<std::size_t>(size);
}

std::string RawClient::read_exactly(std::size_t size) {
    while (input_.size() < size) {
        if (read_more() == 0) {
            throw std::runtime_error("the stream ended early");
        }
    }
    std::string bytes = input_.substr(0, size);
    input_.erase(0, size);
    return bytes;
}

ReceivedFrame RawClient::read_frame() {
    const std::string basic = read_exactly(2);
    std::uint64_t size = static_cast<unsigned char>(basic[1]);
    if (size == 126) {
        size = read_big_endian(read_exactly(2));
    } else if (size == 127) {
        size = read_big_endian(read_exactly(8));
    }
    ReceivedFrame frame;
    frame.opcode = static_cast<Opcode>(basic[0] & 0x0F);
    frame.fin = (basic[0] & 0x80) != 0;
    frame.payload = read_exactly(size);
    return frame;
}

ReceivedFrame RawClient::read_until(Opcode opcode) {
    for (;;) {
        auto frame = read_frame();
        if (frame.opcode == opcode) {
            return frame;
        }
    }
}

ReceivedResponse RawClient::read_response(bool head_only) {
    std::size_t end = 0;
    while ((end = input_.find("\r\n\r\n")) == std::string::npos) {
        if (read_more() == 0) {
            throw std::runtime_error("the stream ended early");
        }
    }
    ReceivedResponse response;
    response.head = read_exactly(end + 4);
    response.status = std::stoi(response.head.substr(9, 3));
    std::transform(response.head.begin(), response.head.end(), response.head.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    const std::string length = response.header("content-length");
    if (!head_only && !length.empty()) {
        response.body = read_exactly(std::stoul(length));
    }
    return response;
}

bool RawClient::reads_end_of_stream() {
    while (read_more() > 0) {
        input_.clear();
    }
    return true;
}

bool RawClient::has_input_within(std::chrono::milliseconds time) {
    pollfd waited{socket_, POLLIN, 0};
    return !input_.empty() || ::poll(&waited, 1, static_cast<int>(time.count())) == 1;
}

void RawClient::shut_sending() {
    ::shutdown(socket_, SHUT_WR);
}

void RawClient::reset() {
    const linger hard{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    ::close(std::exchange(socket_, -1));
}

}  // namespace weft::test
