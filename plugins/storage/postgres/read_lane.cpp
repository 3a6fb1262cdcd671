#include "read_lane.hpp"

namespace weft::postgres {

void ReadLine::post(Reading reading) {
    {
        const std::lock_guard lock(mutex_);
        readings_.push_back(std::move(reading));
    }
    arrived_.notify_one();
}

bool ReadLine::take(Reading& reading) {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return !readings_.empty() || stopping_; });
    if (readings_.empty()) {
        return false;
    }
    reading = std::move(readings_.front());
    readings_.pop_front();
    return true;
}

void ReadLine::begin_stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    arrived_.notify_all();
}

ReadLane::ReadLane(ReadLine& line, const LinkSettings& settings, Host& host, Outages& outages)
    : line_(line), link_(settings, host, outages) {}

void ReadLane::start() {
    thread_.start("postgres-reader", [this] {
        for (Reading reading; line_.take(reading);) {
            reading(link_);
        }
    });
}

}  // namespace weft::postgres
