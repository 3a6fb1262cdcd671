#include "local_bus.hpp"

namespace weft {

Result<void> LocalBus::start() {
    thread_ = std::thread([this] { run(); });
    return {};
}

void LocalBus::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    work_.notify_one();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void LocalBus::publish(std::vector<BusMessage> batch) {
    post(std::move(batch));
}

void LocalBus::subscribe(std::string topic, Completion<void> done) {
    post(Subscription{std::move(topic), true, std::move(done)});
}

void LocalBus::unsubscribe(std::string topic, Completion<void> done) {
    post(Subscription{std::move(topic), false, std::move(done)});
}

void LocalBus::post(Task task) {
    {
        const std::lock_guard lock(mutex_);
        tasks_.push_back(std::move(task));
    }
    work_.notify_one();
}

void LocalBus::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (tasks_.empty()) {
            work_.wait(lock);
            continue;
        }
        auto tasks = std::move(tasks_);
        tasks_.clear();
        lock.unlock();
        for (Task& task : tasks) {
            if (auto* batch = std::get_if<std::vector<BusMessage>>(&task)) {
                deliver(*batch);
            } else {
                change(std::get<Subscription>(task));
            }
        }
        lock.lock();
    }
}

void LocalBus::deliver(std::vector<BusMessage>& batch) {
    std::erase_if(batch,
                  [this](const BusMessage& message) { return !topics_.contains(message.topic); });
    if (!batch.empty()) {
        events_->on_messages(batch);
    }
}

void LocalBus::change(Subscription& subscription) {
    if (subscription.wanted) {
        topics_.insert(std::move(subscription.topic));
    } else {
        topics_.erase(subscription.topic);
    }
    subscription.done({});
}

}  // namespace weft
