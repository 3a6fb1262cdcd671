#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace weft::bench {

/// Nanoseconds of the monotonic clock: every time in the generator is one of these.
[[nodiscard]] std::int64_t now_ns();

constexpr std::int64_t millisecond_ns = 1'000'000;

constexpr double to_ms(std::int64_t nanoseconds) {
    return static_cast<double>(nanoseconds) / static_cast<double>(millisecond_ns);
}
constexpr std::int64_t second_ns = 1'000'000'000;

/// Whoever owns a socket in the loop.
class SocketOwner {
public:
    virtual void on_ready(bool readable, bool writable) = 0;

protected:
    ~SocketOwner() = default;
};

/// One epoll instance for one thread. An owner must stay until it has removed its socket, and may do so inside its own
/// `on_ready`, but must not be destroyed before `poll` has returned.
class EventLoop {
public:
    /// Throws std::system_error when the system has no epoll instance left.
    EventLoop();
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    void add(int socket, SocketOwner& owner, bool wants_write);
    void set_wants_write(int socket, SocketOwner& owner, bool wants_write);
    void remove(int socket);

    /// Waits at most until `deadline_ns` (a past one: does not wait) and calls the owners of what is ready.
    void poll(std::int64_t deadline_ns);

    /// Where owners receive into before they look: one buffer for all, valid inside `on_ready`.
    [[nodiscard]] std::span<std::uint8_t> scratch() { return scratch_; }

private:
    int epoll_;
    std::vector<std::uint8_t> scratch_;
};

}  // namespace weft::bench
