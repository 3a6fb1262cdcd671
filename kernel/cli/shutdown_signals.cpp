#include "kernel/cli/shutdown_signals.hpp"

#include <pthread.h>

#include <cerrno>
#include <ctime>

namespace weft {

ShutdownSignals::ShutdownSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    // A reader of our output that goes away is no reason to end.
    std::signal(SIGPIPE, SIG_IGN);
}

void ShutdownSignals::wait() const {
    int signal = 0;
    while (sigwait(&signals_, &signal) != 0) {}
}

bool ShutdownSignals::arrives_within(std::chrono::milliseconds time) const {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
    timespec left{};
    left.tv_sec = static_cast<std::time_t>(seconds.count());
    left.tv_nsec = static_cast<long>(std::chrono::nanoseconds(time - seconds).count());
    return sigtimedwait(&signals_, nullptr, &left) > 0;
}

}  // namespace weft
