#include "client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include "update_reader.hpp"

namespace weft::bench {

namespace {

constexpr std::uint8_t sync_message = 0, step1 = 0, step2 = 1, update = 2;

sockaddr_in address_of(std::uint32_t ip, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(ip);
    address.sin_port = htons(port);
    return address;
}

int open_socket(const Target& target, std::uint32_t number) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket < 0) {
        throw std::system_error(errno, std::generic_category(), "cannot open a socket");
    }
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (target.sources > 1) {
        // The port is picked at connect, where it only has to be free towards this one server.
        setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        const auto source = address_of(INADDR_LOOPBACK + number % target.sources, 0);
        bind(socket, reinterpret_cast<const sockaddr*>(&source), sizeof source);
    }
    in_addr host{};
    inet_pton(AF_INET, target.host.c_str(), &host);
    const auto server = address_of(ntohl(host.s_addr), target.port);
    if (connect(socket, reinterpret_cast<const sockaddr*>(&server), sizeof server) != 0 &&
        errno != EINPROGRESS) {
        const int error = errno;
        ::close(socket);
        throw std::system_error(error, std::generic_category(), "cannot connect");
    }
    return socket;
}

}  // namespace

Client::Client(EventLoop& loop, const Target& target, std::string document, std::uint32_t number,
               Author* author, ClientListener& listener)
    : loop_(loop), target_(target), document_(std::move(document)), number_(number),
      author_(author), listener_(listener), opened_ns_(now_ns()), mask_(number * 2654435761U + 1) {
    socket_ = open_socket(target_, number_);
    loop_.add(socket_, *this, wants_write_);
}

Client::~Client() {
    close();
}

void Client::close() {
    if (socket_ >= 0) {
        loop_.remove(socket_);
        ::close(socket_);
        socket_ = -1;
    }
}

void Client::lose(const std::string& reason) {
    if (socket_ >= 0) {
        close();
        listener_.on_lost(*this, reason);
    }
}

void Client::on_ready(bool readable, bool writable) {
    if (step_ == Step::connecting && !finish_connecting()) {
        return;
    }
    if (readable) {
        receive();
    }
    if (writable && socket_ >= 0) {
        flush();
    }
}

bool Client::finish_connecting() {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
        lose(std::string("cannot connect: ") + std::strerror(error));
        return false;
    }
    step_ = Step::upgrading;
    out_ = upgrade_request(target_.host + ":" + std::to_string(target_.port), "/" + document_);
    flush();
    return socket_ >= 0;
}

void Client::receive() {
    const auto scratch = loop_.scratch();
    const auto received = recv(socket_, scratch.data(), scratch.size(), 0);
    if (received < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            lose(std::string("connection lost: ") + std::strerror(errno));
        }
        return;
    }
    if (received == 0) {
        lose("the server closed the connection without a close frame");
        return;
    }
    const auto arrived_ns = now_ns();
    const BytesView fresh(scratch.data(), static_cast<std::size_t>(received));
    if (partial_.empty()) {
        auto rest = fresh;
        consume(rest, arrived_ns);
        partial_.assign(rest.begin(), rest.end());
        return;
    }
    partial_.insert(partial_.end(), fresh.begin(), fresh.end());
    BytesView rest(partial_);
    consume(rest, arrived_ns);
    partial_.erase(partial_.begin(), partial_.end() - static_cast<std::ptrdiff_t>(rest.size()));
}

void Client::consume(BytesView& bytes, std::int64_t arrived_ns) {
    if (step_ == Step::upgrading && !take_upgrade(bytes)) {
        return;
    }
    Frame frame;
    std::size_t missing = 0;
    while (socket_ >= 0) {
        const auto status = take_frame(bytes, frame, missing);
        if (status == FrameStatus::incomplete) {
            if (missing > loop_.scratch().size()) {
                partial_.reserve(bytes.size() + missing);
            }
            break;
        }
        if (status == FrameStatus::broken) {
            lose("the server sent a broken WebSocket frame");
            break;
        }
        on_frame(frame, arrived_ns);
    }
    if (unsent_bytes() > 0 && socket_ >= 0 && !wants_write_) {
        flush();
    }
}

bool Client::take_upgrade(BytesView& bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const auto end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        return false;
    }
    const auto head = text.substr(0, end);
    if (!accepts_upgrade(head)) {
        lose("the server refused the upgrade: " + std::string(head.substr(0, head.find('\r'))));
        return false;
    }
    bytes = bytes.subspan(end + 4);
    step_ = Step::open;
    const Bytes nothing_known{0};
    ask(nothing_known);
    return true;
}

void Client::on_frame(const Frame& frame, std::int64_t arrived_ns) {
    ++frames_received_;
    switch (frame.opcode) {
    case Opcode::ping: append_frame(out_, Opcode::pong, frame.payload, next_mask()); return;
    case Opcode::pong: return;
    case Opcode::close: {
        const bool has_code = frame.payload.size() >= 2;
        const int code = has_code ? frame.payload[0] << 8 | frame.payload[1] : 1005;
        lose("the server closed with code " + std::to_string(code));
        return;
    }
    case Opcode::binary:
    case Opcode::continuation: break;
    default:
        lose("the server sent a frame with opcode " +
             std::to_string(static_cast<int>(frame.opcode)));
        return;
    }
    if (frame.final && fragments_.empty()) {
        on_message(frame.payload, arrived_ns);
        return;
    }
    fragments_.insert(fragments_.end(), frame.payload.begin(), frame.payload.end());
    if (frame.final) {
        const auto whole = std::exchange(fragments_, {});
        on_message(whole, arrived_ns);
    }
}

// Awareness, auth and messages that are the server's own are none of our business.
void Client::on_message(BytesView message, std::int64_t arrived_ns) {
    WireReader reader(message);
    if (reader.uint() != sync_message) {
        return;
    }
    const auto step = reader.uint();
    const auto payload = reader.bytes();
    if (reader.failed() || step > update) {
        lose("the server sent a damaged sync message");
        return;
    }
    if (step == step1) {
        answer_step1(payload);
        return;
    }
    listener_.on_update(*this, payload, arrived_ns);
    if (step == step2) {
        synced_ns_ = synced() ? synced_ns_ : arrived_ns;
        listener_.on_step2(*this);
    }
}

void Client::answer_step1(BytesView state_vector) {
    Bytes missing{0, 0};
    if (author_ != nullptr) {
        missing.clear();
        author_->append_since(missing, clock_in_state_vector(state_vector, author_->client()));
    }
    queue_sync(step2, missing);
}

void Client::ask(BytesView state_vector) {
    queue_sync(step1, state_vector);
}

void Client::type(std::int64_t due_ns) {
    insert_.clear();
    author_->append_insert(insert_, due_ns);
    queue_sync(update, insert_);
}

void Client::queue_sync(std::uint8_t step, BytesView payload) {
    message_.assign({sync_message, step});
    append_bytes(message_, payload);
    append_frame(out_, Opcode::binary, message_, next_mask());
}

void Client::flush() {
    while (sent_ < out_.size()) {
        const auto sent = send(socket_, out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent < 0 && errno != EAGAIN) {
            lose(std::string("connection lost: ") + std::strerror(errno));
            return;
        }
        if (sent < 0) {
            break;
        }
        sent_ += static_cast<std::size_t>(sent);
    }
    if (sent_ == out_.size()) {
        out_.clear();
        sent_ = 0;
    }
    const bool wants_write = !out_.empty();
    if (wants_write != wants_write_) {
        wants_write_ = wants_write;
        loop_.set_wants_write(socket_, *this, wants_write);
    }
}

std::uint32_t Client::next_mask() {
    mask_ ^= mask_ << 13;
    mask_ ^= mask_ >> 17;
    mask_ ^= mask_ << 5;
    return mask_;
}

}  // namespace weft::bench
