#include "event_loop.hpp"

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <system_error>

namespace weft::bench {

std::int64_t now_ns() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * second_ns + time.tv_nsec;
}

namespace {

epoll_event interest(SocketOwner& owner, bool wants_write) {
    epoll_event event{};
    event.events = EPOLLIN | (wants_write ? EPOLLOUT : 0U);
    event.data.ptr = &owner;
    return event;
}

}  // namespace

EventLoop::EventLoop() : epoll_(epoll_create1(EPOLL_CLOEXEC)), scratch_(256 * 1024) {
    if (epoll_ < 0) {
        throw std::system_error(errno, std::generic_category(), "cannot create an epoll instance");
    }
    // The default slack of 50 us would show up in every scheduled send.
    prctl(PR_SET_TIMERSLACK, 1UL);
}

EventLoop::~EventLoop() {
    close(epoll_);
}

void EventLoop::add(int socket, SocketOwner& owner, bool wants_write) {
    auto event = interest(owner, wants_write);
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) != 0) {
        throw std::system_error(errno, std::generic_category(), "cannot watch a socket");
    }
}

void EventLoop::set_wants_write(int socket, SocketOwner& owner, bool wants_write) {
    auto event = interest(owner, wants_write);
    epoll_ctl(epoll_, EPOLL_CTL_MOD, socket, &event);
}

void EventLoop::remove(int socket) {
    epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, nullptr);
}

void EventLoop::poll(std::int64_t deadline_ns) {
    std::array<epoll_event, 512> ready{};
    const auto wait_ns = std::max<std::int64_t>(deadline_ns - now_ns(), 0);
    const timespec timeout{wait_ns / second_ns, wait_ns % second_ns};
    const int count =
        epoll_pwait2(epoll_, ready.data(), static_cast<int>(ready.size()), &timeout, nullptr);
    for (int at = 0; at < count; ++at) {
        const auto& event = ready[static_cast<std::size_t>(at)];
        auto& owner = *static_cast<SocketOwner*>(event.data.ptr);
        owner.on_ready((event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0,
                       (event.events & EPOLLOUT) != 0);
    }
}

}  // namespace weft::bench
