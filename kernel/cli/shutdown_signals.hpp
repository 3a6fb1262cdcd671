// SIGTERM and SIGINT, taken by the main thread in its own time.
#pragma once

#include <csignal>

#include <chrono>

namespace weft {

/// Blocks both signals for the process: made before the first thread, which then inherits that. [main]
class ShutdownSignals {
public:
    ShutdownSignals();

    /// Returns when one has arrived.
    void wait() const;

    /// Whether another one arrives within `time`.
    bool arrives_within(std::chrono::milliseconds time) const;

private:
    sigset_t signals_;
};

}  // namespace weft
