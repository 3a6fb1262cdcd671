// Whether a store can be written to, as its own attempts tell it.
#pragma once

#include <weft/host.hpp>
#include <weft/storage.hpp>

#include <atomic>
#include <mutex>
#include <string>
#include <utility>

namespace weft {

/// Threads   Any. What worked costs one look at an atomic as long as the store is up.
class StorageHealth {
public:
    explicit StorageHealth(Host& host) : host_(host) {}

    void worked() {
        if (down_.load(std::memory_order_relaxed)) {
            set({true, "", host_.unix_ms()});
        }
    }

    /// The first reason stays until the store works again.
    void failed(std::string reason) {
        if (!down_.load(std::memory_order_relaxed)) {
            set({false, std::move(reason), host_.unix_ms()});
        }
    }

    StorageStatus status() const {
        const std::lock_guard lock(mutex_);
        return status_;
    }

private:
    void set(StorageStatus status) {
        const std::lock_guard lock(mutex_);
        down_.store(!status.up, std::memory_order_relaxed);
        status_ = std::move(status);
    }

    Host& host_;
    std::atomic<bool> down_{false};

    mutable std::mutex mutex_;
    StorageStatus status_;  // guarded by `mutex_`
};

}  // namespace weft
